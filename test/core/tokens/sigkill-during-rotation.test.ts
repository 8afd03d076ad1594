import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Conf from 'conf';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../electron/core/lib/clock';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { plainSecretBox } from '../../../electron/shell/storage/plain-secret-box';
import { openTokenRepository } from '../../../electron/shell/storage/token-repository';

const KILLS = 250;
const AT_ONCE = 2;
/** Longer than three rotations here, so that kills fall into every part of one. */
const MAX_DELAY_MS = 25;

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-sigkill-'));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('rotating-child.ts', import.meta.url)),
      outDir: folder,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'child.cjs' } },
    },
  });
  bundle = join(folder, 'child.cjs');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Acked {
  readonly generation: number;
  readonly fingerprint: string;
}

/** Starts the child, waits until it has rotated once, kills it at a random instant; what it had acknowledged by then. */
function rotateUntilKilled(home: string): Promise<Acked> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bundle, home], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let complaint = '';
    let armed = false;
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (armed) return;
      armed = true;
      setTimeout(() => child.kill('SIGKILL'), Math.random() * MAX_DELAY_MS);
    });
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the child ended by itself: ${complaint}`));
      const [generation = '', fingerprint = ''] = printed
        .slice(0, printed.lastIndexOf('\n'))
        .split('\n')
        .at(-1)!
        .split(' ');
      resolve({ generation: Number(generation), fingerprint });
    });
  });
}

describe('REL-1, REL-2, T-6: killed at a random instant of a rotation', () => {
  it(`loses no acknowledged generation, mixes none, leaves nothing behind (${KILLS} kills)`, async () => {
    let leftovers = 0;
    const oneHome = async (kills: number) => {
      const home = await mkdtemp(join(folder, 'home-'));
      for (let kill = 0; kill < kills; kill += 1) {
        const acked = await rotateUntilKilled(home);
        leftovers += (await readdir(home)).filter((name) => name.includes('.tmp')).length;

        const repository = openTokenRepository({
          Store: Conf,
          home,
          box: plainSecretBox,
          clock: systemClock,
          logger: silentLogger,
        });
        const loaded = await repository.load();
        if (loaded.kind !== 'ok') throw new Error(`after kill ${kill}: ${JSON.stringify(loaded)}`);
        const { record } = loaded;
        expect(loaded.recovered).toBeUndefined();
        expect([acked.generation, acked.generation + 1]).toContain(record.generation);
        // The record is whole: its token belongs to its generation, and its history goes on without a gap.
        const key = Buffer.from(record.fingerprintKey, 'base64');
        const fingerprint = createHmac('sha256', key)
          .update(record.secret.expose())
          .digest('hex')
          .slice(0, 12);
        const ackedHere =
          record.generation === acked.generation ? fingerprint : record.past.at(-1)?.fingerprint;
        expect(ackedHere).toBe(acked.fingerprint);
        expect(record.past.at(-1)?.generation ?? 0).toBe(record.generation - 1);
        expect((await readdir(home)).sort()).toEqual(['credential.json', 'credential.json.bak']);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, () => oneHome(KILLS / AT_ONCE)));
    // Without any the kills would have missed the writing, and the test would have shown nothing.
    expect(leftovers).toBeGreaterThan(0);
  });
});
