// Reads a file of lines in small asynchronous steps, so that a log of many megabytes never holds the event
// loop for more than one chunk. Used by the auth log's scan and verification; never writes.

import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** About 250 records: one or two milliseconds of work between two turns of the event loop. */
const CHUNK_BYTES = 128 * 1024;

/**
 * Calls `onLine` for each complete line of the first `endBytes` bytes, in order, without its newline. Resolves
 * to the text after the last newline ('' when there is none). Rejects with the system's error.
 */
export async function forEachLine(
  path: string,
  endBytes: number,
  onLine: (line: string) => void,
): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, endBytes)));
    let rest = '';
    for (let position = 0; position < endBytes; ) {
      const { bytesRead } = await handle.read(
        chunk,
        0,
        Math.min(chunk.length, endBytes - position),
        position,
      );
      if (bytesRead === 0) break;
      position += bytesRead;
      const text = rest + decoder.write(chunk.subarray(0, bytesRead));
      let from = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        onLine(text.slice(from, end));
        from = end + 1;
      }
      rest = text.slice(from);
    }
    return rest + decoder.end();
  } finally {
    await handle.close();
  }
}
