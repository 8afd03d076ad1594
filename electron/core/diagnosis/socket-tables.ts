// Reads what the three systems print about listening sockets and processes. Pure. Used by port-listeners only.
// Must never let a whole command line through: arguments hold tokens.

import { cleanForeignText } from '../lib/foreign-text';

/** The state column of a listening socket in /proc/net/tcp. */
const LISTEN = '0A';
const MAX_NAME = 64;
const INTERPRETER = /^(?:node|nodejs|bun|deno|electron|python[\d.]*)$/i;
const SCRIPT = /\.(?:[cm]?[jt]s|py)$|^[^.\s]+$/i;

/** One line of a socket table: `rank` 2 = exactly 127.0.0.1, which the kernel prefers, 1 = every address. */
export interface ListeningSocket {
  readonly rank: 1 | 2;
  /** Inode on Linux, process id elsewhere. */
  readonly id: string;
}

/** Only the best rank that listens on `port` where 127.0.0.1 reaches it. */
export function bestRanked(sockets: readonly ListeningSocket[]): readonly string[] {
  const best = Math.max(0, ...sockets.map((socket) => socket.rank));
  return [...new Set(sockets.filter((socket) => socket.rank === best).map((socket) => socket.id))];
}

/** /proc/net/tcp and tcp6, one after the other. */
export function parseProcNetTcp(text: string, port: number): ListeningSocket[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const found: ListeningSocket[] = [];
  for (const line of text.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const [address, localPort] = (columns[1] ?? '').split(':');
    const inode = columns[9];
    if (columns[3] !== LISTEN || localPort !== wanted || address === undefined || inode === undefined)
      continue;
    const rank = rankOfHex(address);
    if (rank !== undefined && inode !== '0') found.push({ rank, id: inode });
  }
  return found;
}

/** Words of four bytes, each in the machine's order: loopback is `0100007F` here and `7F000001` on big-endian. */
function rankOfHex(address: string): 1 | 2 | undefined {
  if (/^0+$/.test(address)) return 1;
  if (address === '0100007F' || address === '7F000001') return 2;
  return /^0{16}(?:FFFF0000|0000FFFF)(?:0100007F|7F000001)$/.test(address) ? 2 : undefined;
}

/** `lsof -nP -iTCP:<port> -sTCP:LISTEN -Fpcn`: one field a line, `p` starts a process. */
export function parseLsof(text: string): { sockets: ListeningSocket[]; names: Map<string, string> } {
  const sockets: ListeningSocket[] = [];
  const names = new Map<string, string>();
  let pid = '';
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = value;
    else if (line.startsWith('c')) names.set(pid, cleanName(value));
    else if (line.startsWith('n')) {
      const rank = rankOfText(value);
      if (rank !== undefined) sockets.push({ rank, id: pid });
    }
  }
  return { sockets, names };
}

/** `netstat -ano -p TCP`. The state's name is translated on Windows, so a foreign port of 0 tells a listener. */
export function parseNetstat(text: string, port: number): ListeningSocket[] {
  const found: ListeningSocket[] = [];
  for (const line of text.split('\n')) {
    const [protocol, local, foreign, , pid] = line.trim().split(/\s+/);
    if (protocol !== 'TCP' || !local?.endsWith(`:${port}`) || !foreign?.endsWith(':0') || !pid) continue;
    const rank = rankOfText(local);
    if (rank !== undefined) found.push({ rank, id: pid });
  }
  return found;
}

function rankOfText(address: string): 1 | 2 | undefined {
  const host = address.slice(0, address.lastIndexOf(':'));
  if (host === '127.0.0.1' || host === '[::ffff:127.0.0.1]') return 2;
  return host === '*' || host === '0.0.0.0' || host === '[::]' ? 1 : undefined;
}

/** First column of `tasklist /FO CSV /NH`. */
export function parseTasklist(text: string): string | undefined {
  const name = /^"([^"]+)"/.exec(text.trim())?.[1];
  return name === undefined ? undefined : cleanName(name);
}

/** Program and script by bare name out of /proc/<pid>/cmdline (NUL between arguments); never another argument. */
export function commandName(cmdline: string): string | undefined {
  const [first = '', second = '', ...rest] = cmdline.split('\0');
  // A program that wrote a title over its arguments has one long first argument: only its first word is a name.
  const isTitle = second === '' && rest.every((part) => part === '') && /\s/.test(first);
  const program = baseName(isTitle ? (first.trim().split(/\s+/)[0] ?? '') : first);
  if (program === '') return undefined;
  const script = baseName(second);
  const named =
    INTERPRETER.test(program.replace(/\.exe$/i, '')) && !second.startsWith('-') && SCRIPT.test(script);
  return cleanName(named ? `${program} ${script}` : program);
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? '';
}

function cleanName(name: string): string {
  return cleanForeignText(name, MAX_NAME);
}
