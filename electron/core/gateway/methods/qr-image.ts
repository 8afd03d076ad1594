// The picture of a QR code as clients of `web.login.*` show it: a PNG data URL. The panel draws its own.

import { toDataURL } from 'qrcode';

/** What clients may send back as `currentQrDataUrl`. */
const MAX_CHARS = 16_384;

/** Undefined when the text is too long for a code that a phone can read. */
export async function qrImage(text: string): Promise<string | undefined> {
  try {
    const image = await toDataURL(text, { type: 'image/png', errorCorrectionLevel: 'M', scale: 6 });
    return image.length <= MAX_CHARS ? image : undefined;
  } catch {
    return undefined;
  }
}
