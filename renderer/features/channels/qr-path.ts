// A text as the dark squares of a QR code: one SVG path, a run of squares at a time. Pure. The text may be a login secret
// and leaves this function only as squares.

import { create } from 'qrcode';

export interface QrPath {
  /** Squares per side, without the quiet zone. */
  readonly size: number;
  readonly path: string;
}

/** Undefined when the text is empty or too long for a code. */
export function qrPath(text: string): QrPath | undefined {
  try {
    const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
    let path = '';
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; ) {
        const start = x;
        while (x < size && data[y * size + x]) x += 1;
        if (x > start) path += `M${start} ${y}h${x - start}v1H${start}z`;
        else x += 1;
      }
    }
    return { size, path };
  } catch {
    return undefined;
  }
}
