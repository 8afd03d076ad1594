import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../scripts/build.mjs';
import { inRoot } from '../../../scripts/lib/project.mjs';

const ADOPTED = 'Hq7vT2xN9cB4mK6jR1wE8yU3iO5pA0sD';

let home: string;

beforeAll(async () => {
  await build(['cli']);
  home = await mkdtemp(path.join(tmpdir(), 'gatehouse-process-'));
});

afterAll(() => rm(home, { recursive: true, force: true }));

function start(...args: string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(process.execPath, [inRoot('out/cli/gatehouse.cjs'), ...args, '--home', home], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function run(args: string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const child = start(...args);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, out, err };
}

describe('the built command', () => {
  it('adopts from a pipe, shows, serves, and ends cleanly on one signal', async () => {
    expect(await run(['token', 'adopt'], `${ADOPTED}\n`)).toMatchObject({ code: 0 });
    expect((await run(['token', 'show'])).out).toBe(`${ADOPTED}\n`);

    const gateway = start('serve', '--json', '--port', '0');
    const [line] = (await once(gateway.stdout, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ ready: true, pid: gateway.pid, generation: 2 });
    expect(await run(['status'])).toMatchObject({ code: 0 });

    gateway.kill('SIGTERM');
    const [code, signal] = await once(gateway, 'exit');
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(readdirSync(home).filter((name) => name === 'lock' || name === 'gateway.json')).toEqual([]);
    expect(await run(['status'])).toMatchObject({ code: 3 });
  });

  it('ends with 2 on wrong usage and prints nothing on standard output', async () => {
    expect(await run(['serve', '--nonsense'])).toMatchObject({ code: 2, out: '' });
  });
});
