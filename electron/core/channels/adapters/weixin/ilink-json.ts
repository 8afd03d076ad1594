// Reads JSON of WeChat's iLink API without losing digits: its message ids are 64-bit numbers, which JSON.parse would
// round. Pure; used by ilink-client only.

/**
 * Strings are matched so that digits inside them are left alone. One that never ends is matched to the end of the
 * text: otherwise each quote in it would be tried anew, which takes minutes for a mebibyte.
 */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** From 16 digits on a whole number may be beyond 2^53. */
const LONG_INTEGER = /^-?\d{16,}$/;

/** As JSON.parse, but whole numbers of 16 and more digits come as strings. Undefined when the text is no JSON. */
export function parseIlinkJson(text: string): unknown {
  const quoted = text.replace(STRING_OR_NUMBER, (token) => (LONG_INTEGER.test(token) ? `"${token}"` : token));
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}
