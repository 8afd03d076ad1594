// Writes an asar archive (Electron's own container): just enough for the one small archive of electron-runtime.mjs.

/**
 * Layout: uint32 4, uint32 length of the rest of the header, a pickled JSON header, then the files end to end.
 * @param {Readonly<Record<string, Buffer>>} entries flat file names and their contents
 * @returns {Buffer}
 */
export function packAsar(entries) {
  let offset = 0;
  /** @type {Record<string, { size: number, offset: string }>} */
  const files = {};
  for (const [name, content] of Object.entries(entries)) {
    files[name] = { size: content.length, offset: String(offset) };
    offset += content.length;
  }
  const json = Buffer.from(JSON.stringify({ files }));
  const padded = Math.ceil(json.length / 4) * 4;
  const header = Buffer.alloc(16 + padded);
  header.writeUInt32LE(4, 0);
  header.writeUInt32LE(8 + padded, 4);
  header.writeUInt32LE(4 + padded, 8);
  header.writeUInt32LE(json.length, 12);
  json.copy(header, 16);
  return Buffer.concat([header, ...Object.values(entries)]);
}
