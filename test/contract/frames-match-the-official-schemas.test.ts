// Everything this gateway sends, checked against the schemas of @openclaw/gateway-protocol 2026.9.1; and the
// official verdict on connect params compared with ours.

import * as protocol from '@openclaw/gateway-protocol';
import { describe, expect, it } from 'vitest';
import { connectParamsSchema } from '../../shared/protocol/connect';
import { isRequestFrame } from '../../shared/protocol/frames';
import { FakeClock } from '../helpers/fake-clock';
import { schemaErrors } from '../helpers/official-schema';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

/** 2026.9.6 sends these, the schema of 2026.9.1 has no place for them. */
const NEWER_KEYS: readonly string[] = ['statusIssues'];

function without(value: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

async function connected() {
  const core = await startTestCore({ settings: { channels: { webhook: {} } } });
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  return { core, client };
}

describe('what the gateway sends', () => {
  it('is an official frame, whatever it is', async () => {
    const { core, client } = await connected();
    for (const method of ['health', 'status', 'channels.status', 'system-presence', 'logs.tail', 'no.such']) {
      await client.request(method);
    }
    const refused = await TestClient.open(core.url);
    await refused.connect(connectParams({ token: 'stale-token-stale-token-stale' }));
    await core.gateway.stop('restart');
    await client.closed;
    const frames = [...client.frames, ...refused.frames];
    expect(frames.map((frame) => frame.type)).toContain('event');
    for (const frame of frames) {
      const schema = frame.type === 'event' ? protocol.EventFrameSchema : protocol.ResponseFrameSchema;
      expect(schemaErrors(schema, frame)).toEqual([]);
    }
  });

  it.each([
    {
      what: 'hello-ok',
      schema: protocol.HelloOkSchema,
      pick: (frames: TestClient['frames']) => frames[1]?.payload,
    },
    { what: 'presence', schema: protocol.PresenceEntrySchema, method: 'system-presence', each: true },
    { what: 'channels.status', schema: protocol.ChannelsStatusResultSchema, method: 'channels.status' },
    { what: 'agents.list', schema: protocol.AgentsListResultSchema, method: 'agents.list' },
    { what: 'logs.tail', schema: protocol.LogsTailResultSchema, method: 'logs.tail' },
  ])('is officially valid: $what', async ({ schema, pick, method, each }) => {
    const { client } = await connected();
    const payload = method === undefined ? pick?.(client.frames) : (await client.request(method)).payload;
    expect(payload).toBeDefined();
    for (const value of each === true ? payload : [payload]) {
      expect(schemaErrors(schema, without(value, NEWER_KEYS))).toEqual([]);
    }
  });

  it('is an official tick, every thirty seconds', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: core.token(), scopes: [] }));
    clock.advance(30_000);
    const tick = await client.frame((frame) => frame.event === 'tick');
    expect(schemaErrors(protocol.TickEventSchema, tick.payload)).toEqual([]);
  });

  it('is an official shutdown', async () => {
    const { core, client } = await connected();
    await core.gateway.stop('restart');
    const shutdown = await client.frame((frame) => frame.event === 'shutdown');
    expect(schemaErrors(protocol.ShutdownEventSchema, shutdown.payload)).toEqual([]);
  });

  it('fails this check when a frame is broken: the schema is strict', () => {
    expect(schemaErrors(protocol.EventFrameSchema, { type: 'event', event: '', extra: 1 })).not.toEqual([]);
  });
});

const good = connectParams({ token: 'x'.repeat(32) });
const device = { id: 'a', publicKey: 'b', signature: 'c', signedAt: 1, nonce: 'n' };
const CONNECTS: readonly { what: string; params: unknown }[] = [
  { what: 'a full backend connect', params: good },
  { what: 'with a device', params: { ...good, device } },
  { what: 'with half a device', params: { ...good, device: { id: 'a' } } },
  { what: 'with an unknown key', params: { ...good, more: 1 } },
  { what: 'without client', params: { ...good, client: undefined } },
  {
    what: 'with an unknown mode',
    params: { ...good, client: { id: 'cli', mode: 'operator', version: '1', platform: 'p' } },
  },
  { what: 'with a string protocol', params: { ...good, minProtocol: '3' } },
  { what: 'with protocol zero', params: { ...good, minProtocol: 0 } },
  { what: 'with an unknown auth field', params: { ...good, auth: { token: 'x', extra: 'y' } } },
  { what: 'with empty auth', params: { ...good, auth: {} } },
  { what: 'with scopes that are no strings', params: { ...good, scopes: [1] } },
  { what: 'as an array', params: [] },
];

describe('connect params', () => {
  it.each(CONNECTS)('$what: our verdict is the official one', ({ params }) => {
    const plain: unknown = JSON.parse(JSON.stringify(params));
    expect(connectParamsSchema.safeParse(plain).success).toBe(protocol.validateConnectParams(plain));
  });
});

describe('request envelopes', () => {
  it.each([
    { type: 'req', id: '1', method: 'health' },
    { type: 'req', id: '1', method: 'health', params: null },
    { type: 'req', id: '', method: 'health' },
    { type: 'req', id: '1', method: '' },
    { type: 'req', id: 1, method: 'health' },
    { type: 'req', id: '1', method: 'health', extra: true },
    { type: 'res', id: '1', ok: true },
    { id: '1', method: 'health' },
  ])('%j: our verdict is the official one', (frame) => {
    expect(isRequestFrame(frame)).toBe(protocol.validateRequestFrame(frame));
  });
});
