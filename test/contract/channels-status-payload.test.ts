// Our `channels.status` payload against upstream's own schema, in which the top level is closed.

import { ChannelsStatusResultSchema } from '@openclaw/gateway-protocol/schema';
import { Check, Errors } from 'typebox/value';
import { expect, it } from 'vitest';
import { channelsStatusPayload } from '../../electron/core/channels/channels-status-view';
import { managerHarness, ScriptedAdapter, settle } from '../helpers/channel-doubles';

/** As it arrives: absent fields are absent, not undefined. */
function onTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

it('is valid with no channel, and in every state an account can be in', async () => {
  const payloads = [channelsStatusPayload([], [], 1)];
  const adapter = new ScriptedAdapter('fake', ['ready', 'waiting', 'blocked', 'off', 'bare']);
  adapter.accounts.set('off', { enabled: false, configured: true, version: 1 });
  adapter.accounts.set('bare', { enabled: true, configured: false, version: 1 });
  const { manager, clock } = managerHarness([adapter]);
  const look = () => payloads.push(channelsStatusPayload(manager.statuses(), manager.metas, clock.now()));
  await manager.start();
  await settle();
  look();
  adapter.latest('ready').context.ready({ mode: 'ws', evidence: 'pong' });
  adapter.latest('waiting').fail({ class: 'network', message: 'no route' });
  adapter.latest('blocked').fail({ class: 'banned', message: 'banned', code: 7 });
  await settle();
  await manager.probe({ timeoutMs: 1_000 });
  look();
  adapter.latest('ready').fail({ class: 'server', message: 'gone' });
  await settle();
  look();
  await manager.stop();
  look();
  for (const payload of payloads) {
    expect([...Errors(ChannelsStatusResultSchema, onTheWire(payload))]).toEqual([]);
  }
  expect(payloads).toHaveLength(5);
  // The check can fail: a key that upstream does not know is noticed.
  expect(Check(ChannelsStatusResultSchema, { ...payloads[0], statusIssues: [] })).toBe(false);
});
