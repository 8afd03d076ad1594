// Reads a file of lines in small asynchronous steps, so that a log of many megabytes never holds the event
// loop for more than one chunk. Used by the auth log's scan and verification; never writes.

import { open } from 'node:fs/promises';

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
    let buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, endBytes)));
    let held = 0; // bytes of a line that the last chunk began
    for (let position = 0; position < endBytes; ) {
      if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(buffer.length)]);
      const length = Math.min(buffer.length - held, endBytes - position);
      const { bytesRead } = await handle.read(buffer, held, length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      const filled = held + bytesRead;
      const end = buffer.lastIndexOf(0x0a, filled - 1) + 1;
      if (end > 0) eachLine(buffer.toString('utf8', 0, end), onLine);
      buffer.copyWithin(0, end, filled);
      held = filled - end;
    }
    return buffer.toString('utf8', 0, held);
  } finally {
    await handle.close();
  }
}

function eachLine(text: string, onLine: (line: string) => void): void {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    onLine(text.slice(from, end));
    from = end + 1;
  }
}
