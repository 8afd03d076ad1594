// Which processes hold the socket that answers on 127.0.0.1:<port>. Called by port-owner, and by the command line
// before it sends a credential anywhere. Reads only; what the system does not show us is simply not there.

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import {
  bestRanked,
  commandName,
  parseLsof,
  parseNetstat,
  parseProcNetTcp,
  parseTasklist,
} from './socket-tables';

const DEADLINE_MS = 1_000;

export interface PortProcess {
  readonly pid: number;
  readonly command?: string;
}

/** Empty when nothing listens, or when whoever listens belongs to another user. Never rejects. */
export async function listenersOn(port: number): Promise<readonly PortProcess[]> {
  try {
    if (process.platform === 'linux') return await onLinux(port);
    return process.platform === 'win32' ? await onWindows(port) : await onMac(port);
  } catch {
    return [];
  }
}

/**
 * True only when every socket that can answer on 127.0.0.1:`port` is held by `pid`. Ask this before a credential
 * is sent to a port whose number was read from a file.
 */
export async function ownsPort(pid: number, port: number): Promise<boolean> {
  if (process.platform === 'linux') {
    const wanted = await listeningInodes(port);
    if (wanted.length === 0) return false;
    const held = await socketInodes(pid);
    return wanted.every((inode) => held.has(inode));
  }
  const found = await listenersOn(port);
  return found.length > 0 && found.every((each) => each.pid === pid);
}

async function listeningInodes(port: number): Promise<readonly string[]> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  return bestRanked(parseProcNetTcp((await Promise.all(tables)).join('\n'), port));
}

async function onLinux(port: number): Promise<readonly PortProcess[]> {
  const wanted = await listeningInodes(port);
  if (wanted.length === 0) return [];
  const found: PortProcess[] = [];
  const giveUpAt = performance.now() + DEADLINE_MS;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    if (performance.now() > giveUpAt) break;
    const pid = Number(name);
    const held = await socketInodes(pid);
    if (!wanted.some((inode) => held.has(inode))) continue;
    const cmdline = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    found.push(portProcess(pid, commandName(cmdline)));
  }
  return found;
}

/** Empty for a process that is gone or not ours to look into. */
async function socketInodes(pid: number): Promise<ReadonlySet<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

async function onMac(port: number): Promise<readonly PortProcess[]> {
  const { sockets, names } = parseLsof(
    await output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn']),
  );
  return bestRanked(sockets).map((id) => portProcess(Number(id), names.get(id)));
}

async function onWindows(port: number): Promise<readonly PortProcess[]> {
  const ids = bestRanked(parseNetstat(await output('netstat', ['-ano', '-p', 'TCP']), port));
  return Promise.all(
    ids.map(async (id) => {
      const list = await output('tasklist', ['/FI', `PID eq ${id}`, '/FO', 'CSV', '/NH']);
      return portProcess(Number(id), parseTasklist(list));
    }),
  );
}

function portProcess(pid: number, command: string | undefined): PortProcess {
  return command === undefined ? { pid } : { pid, command };
}

/** What the program printed, or nothing: missing, failed and too slow are all "not told". */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      { timeout: DEADLINE_MS, maxBuffer: 4 * 1024 * 1024, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout : ''),
    );
  });
}
