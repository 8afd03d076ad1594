// Reads one secret from standard input: a pipe to its end, a terminal without showing what is typed. Never from
// arguments, which every process on the machine can read.

import type { ReadStream } from 'node:tty';
import { delay, systemClock } from '../core/lib/clock';

const MAX_CHARS = 8_192;
const DEADLINE_MS = 300_000;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const BACKSPACE = /[\b\u007f]/;

/** Trimmed; undefined when nothing came, when it was given up (Ctrl-C) or after five minutes. */
export async function readSecretFrom(
  input: NodeJS.ReadStream | ReadStream,
  prompt: { write(text: string): unknown },
): Promise<string | undefined> {
  const given = new AbortController();
  const late = delay(systemClock, DEADLINE_MS, given.signal).then(() => undefined);
  const isTerminal = input.isTTY === true;
  if (isTerminal) {
    prompt.write('Paste the token (it is not shown), then press Enter: ');
    input.setRawMode(true);
  }
  try {
    return await Promise.race([isTerminal ? typedLine(input) : everything(input), late]);
  } finally {
    given.abort();
    if (isTerminal) {
      input.setRawMode(false);
      prompt.write('\n');
    }
    input.destroy();
  }
}

async function everything(input: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    text += chunk;
    if (text.length > MAX_CHARS) break;
  }
  return text.trim() || undefined;
}

async function typedLine(input: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    for (const key of String(chunk)) {
      if (key === CTRL_C) return undefined;
      if (key === '\r' || key === '\n' || key === CTRL_D) return text.trim() || undefined;
      text = BACKSPACE.test(key) ? text.slice(0, -1) : text + key;
    }
    if (text.length > MAX_CHARS) break;
  }
  return text.trim() || undefined;
}
