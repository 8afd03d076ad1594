// The two events that carry state: `health` after hello and when a channel changes, `presence` when somebody comes
// or goes (protocol sections 2.3 and 5.9).

import * as protocol from '@openclaw/gateway-protocol';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../helpers/official-schema';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const V3 = { minProtocol: 3, maxProtocol: 3 };

async function connected(core: TestCore, options: Record<string, unknown> = {}): Promise<TestClient> {
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), ...options }));
  return client;
}

function client(name: string): Record<string, unknown> {
  return { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend', displayName: name };
}

/** Something that stays, as presence shows it; helpers that come and go are not in it. */
function app(name: string): Record<string, unknown> {
  return { ...client(name), id: 'openclaw-macos', mode: 'ui' };
}

describe('health', () => {
  it('follows hello for a client of protocol 3, with the state version of hello', async () => {
    const core = await startTestCore();
    const old = await connected(core, V3);
    const health = await old.frame((frame) => frame.event === 'health');
    const hello = old.frames.find((frame) => frame.payload?.type === 'hello-ok');
    expect(health).toMatchObject({ seq: 1, payload: { ok: true, agents: [] } });
    expect(schemaErrors(protocol.EventFrameSchema, health)).toEqual([]);
    expect(
      schemaErrors(protocol.StateVersionSchema, (health as { stateVersion?: unknown }).stateVersion),
    ).toEqual([]);
    expect(old.frames.indexOf(health)).toBe(2);
    expect(hello?.payload.protocol).toBe(3);
  });

  it('does not follow hello for a client of protocol 4', async () => {
    const core = await startTestCore();
    const young = await connected(core);
    await young.request('health');
    expect(young.frames.map((frame) => frame.event)).toEqual(['connect.challenge', undefined, undefined]);
  });

  it('is sent to everybody when a channel changes, however few scopes they have', async () => {
    const core = await startTestCore({ settings: { channels: { webhook: {} } } });
    const bare = await connected(core, { scopes: [] });
    const before = bare.frames.find((frame) => frame.payload?.type === 'hello-ok')?.payload.snapshot
      .stateVersion;
    expect(await core.channels.setEnabled('webhook', 'default', false)).toMatchObject({ ok: true });
    const health = await bare.frame(
      (frame) => frame.event === 'health' && frame.payload.channels.webhook?.lastError === 'disabled',
    );
    const { stateVersion } = health as { stateVersion?: { health: number } };
    expect(stateVersion?.health).toBeGreaterThan(before.health);
  });
});

describe('presence', () => {
  it('tells readers who came and who went, officially valid, under a rising version', async () => {
    const core = await startTestCore();
    const watcher = await connected(core, { client: client('watcher') });
    const guest = await connected(core, { client: app('guest') });
    const sees = (reason: string) =>
      watcher.frame(
        (frame) =>
          frame.event === 'presence' &&
          frame.payload.presence.some(
            (entry: { host?: string; reason?: string }) => entry.host === 'guest' && entry.reason === reason,
          ),
      );
    const came = await sees('connect');
    guest.socket.close();
    const went = await sees('disconnect');
    for (const frame of [came, went]) {
      expect(schemaErrors(protocol.EventFrameSchema, frame)).toEqual([]);
      for (const entry of frame.payload.presence) {
        expect(schemaErrors(protocol.PresenceEntrySchema, entry)).toEqual([]);
      }
    }
    const version = (frame: unknown) =>
      (frame as { stateVersion: { presence: number } }).stateVersion.presence;
    expect(version(went)).toBeGreaterThan(version(came));
  });

  it.each([
    { what: 'a scope-less client of protocol 3 hears of it', options: V3, hears: true },
    { what: 'a scope-less client of protocol 4 does not', options: {}, hears: false },
  ])('$what', async ({ options, hears }) => {
    const core = await startTestCore();
    const watcher = await connected(core, { scopes: ['operator.read'], client: client('watcher') });
    const bare = await connected(core, { scopes: [], client: client('bare'), ...options });
    await connected(core, { client: app('guest') });
    await watcher.frame((frame) => frame.event === 'presence');
    // Whatever was sent before this answer has arrived before it.
    await bare.request('health');
    expect(bare.frames.some((frame) => frame.event === 'presence')).toBe(hears);
  });

  it('keeps no entry of one-shot helpers, however many there were', async () => {
    const core = await startTestCore();
    for (let count = 0; count < 5; count += 1) await connected(core, { client: client(`helper-${count}`) });
    const { payload } = await (await connected(core, {})).request('system-presence');
    expect(payload.map((entry: { mode?: string }) => entry.mode)).toEqual(['gateway']);
  });

  it('never mentions the internal probe', async () => {
    const core = await startTestCore();
    const watcher = await connected(core, { client: client('watcher') });
    await core.probe.run('demand');
    const { payload } = await watcher.request('system-presence');
    expect(payload.map((entry: { host?: string }) => entry.host)).not.toContain('gateway:channels.status');
  });
});
