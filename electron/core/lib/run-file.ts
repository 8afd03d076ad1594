// `gateway.json` in the home: pid and url of the gateway that is running there, for the command line. Readers must
// check that the pid really owns the port before they send anything; a crash leaves this file behind.

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface RunFile {
  readonly pid: number;
  readonly url: string;
}

const NAME = 'gateway.json';

export async function writeRunFile(home: string, content: RunFile): Promise<void> {
  const file = path.join(home, NAME);
  const temporary = `${file}.tmp-${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}

/** Leaves the file alone when another process has written it meanwhile. */
export async function removeRunFile(home: string): Promise<void> {
  const current = await readRunFile(home);
  if (current?.pid === process.pid) await rm(path.join(home, NAME), { force: true });
}

export async function readRunFile(home: string): Promise<RunFile | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(home, NAME), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, url } = value as Record<string, unknown>;
    return typeof pid === 'number' && typeof url === 'string' ? { pid, url } : undefined;
  } catch {
    return undefined;
  }
}
