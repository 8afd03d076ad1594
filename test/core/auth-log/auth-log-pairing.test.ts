// Events of pairing in the auth log: on disk at once, whole, found by text, and read back as they were.

import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AuthEventInput } from '../../../electron/core/auth-log/auth-log';
import { AuthLogHome, attempt } from '../../helpers/auth-log-home';
import { settle } from '../../helpers/fake-clock';

let home: AuthLogHome;
beforeEach(async () => {
  home = await AuthLogHome.make();
});
afterEach(() => home.remove());

type PairingInput = Extract<AuthEventInput, { deviceId: string }>;

function pairing(over: Partial<PairingInput> = {}): PairingInput {
  return {
    event: 'pair.approved',
    deviceId: 'ab'.repeat(32),
    displayName: 'Phone of Ada',
    clientId: 'openclaw-ios',
    roles: ['operator'],
    scopes: ['operator.read'],
    requestId: 'request-1',
    remoteIp: '10.9.8.7',
    via: 'owner',
    by: 'panel',
    ...over,
  };
}

it('REL-70: reaches the disk without waiting for the timer, and what waited goes with it', async () => {
  const log = await home.started();
  log.append(attempt());
  log.append(pairing());
  // No time passes, and nobody asks for a flush.
  while ((await home.lines()).length < 2) await settle();
  const image = await home.crashImage();
  expect((await image.lines()).map(({ event }) => event)).toEqual(['auth.attempt', 'pair.approved']);
  await image.remove();
  await log.stop();
});

it('is not merged, is no attempt, and comes back after a restart as it was', async () => {
  const log = await home.started();
  for (let i = 0; i < 3; i += 1) log.append(pairing());
  await log.stop();
  const again = await home.started();
  const { events, total } = await again.query({});
  expect(total).toBe(0);
  expect(events).toMatchObject([pairing(), pairing(), pairing()]);
  await again.stop();
});

it.each([
  ['phone OF', 1],
  ['abab', 1],
  ['openclaw-ios', 1],
  ['10.9.8', 1],
  ['panel', 1],
  ['operator.read', 0],
])('the text %j finds %d, in memory and on disk', async (text, count) => {
  const log = await home.started();
  log.append(pairing());
  expect((await log.query({ text })).events).toHaveLength(count);
  await log.stop();
  const again = await home.started();
  expect((await again.query({ text })).events).toHaveLength(count);
  await again.stop();
});

it('is left out when an outcome, a reason or a client is asked for', async () => {
  const log = await home.started();
  log.append(pairing());
  for (const query of [
    { outcome: 'accepted' },
    { reason: 'not_paired' },
    { client: 'openclaw-ios' },
  ] as const) {
    expect((await log.query(query)).events).toEqual([]);
  }
  await log.stop();
});

it('a line that is no whole event of pairing is not shown', async () => {
  const log = await home.started();
  log.append(attempt());
  await log.flush();
  const link = (await home.lines())[0];
  await log.stop();
  const forged = { seq: 2, at: 1, monoMs: 1, event: 'pair.approved', deviceId: 'x', by: 'panel' };
  const line = JSON.stringify({ ...forged, prev: link?.hash, hash: link?.hash });
  await appendFile(join(home.dir, 'auth-00000001.jsonl'), `${line}\n`);
  const again = await home.started();
  const { events } = await again.query({});
  expect(events.map(({ event }) => event)).not.toContain('pair.approved');
  await again.stop();
});
