// The official client, unmodified, against the running gateway: connects, calls, is refused in its own words,
// survives a rotation and a restart.

import { GatewayClient } from '@openclaw/gateway-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';

type Options = ConstructorParameters<typeof GatewayClient>[0];

interface Session {
  readonly client: GatewayClient;
  readonly hello: Promise<unknown>;
  readonly refused: Promise<Error>;
  readonly closes: { readonly code: number; readonly reason: string }[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

function session(core: TestCore, options: Partial<Options>): Session {
  const closes: { code: number; reason: string }[] = [];
  let onHello: (hello: unknown) => void = () => undefined;
  let onRefused: (error: Error) => void = () => undefined;
  let onClosed: (close: { code: number; reason: string }) => void = () => undefined;
  const hello = new Promise<unknown>((resolve) => {
    onHello = resolve;
  });
  const refused = new Promise<Error>((resolve) => {
    onRefused = resolve;
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    onClosed = resolve;
  });
  const client = new GatewayClient({
    url: core.url,
    clientName: 'gateway-client',
    mode: 'backend',
    role: 'operator',
    scopes: ['operator.admin'],
    deviceIdentity: null,
    onHelloOk: (value: unknown) => onHello(value),
    onConnectError: (error: Error) => onRefused(error),
    onClose: (code: number, reason: string) => {
      closes.push({ code, reason });
      onClosed({ code, reason });
    },
    ...options,
  } as Options);
  onTestFinished(() => void client.stop());
  client.start();
  return { client, hello, refused, closes, closed };
}

describe('the reference client', () => {
  it('connects with the token and calls methods', async () => {
    const core = await startTestCore();
    const { client, hello } = session(core, { token: core.token() });
    expect(await hello).toMatchObject({ type: 'hello-ok', protocol: 4 });
    expect(await client.request('health', {})).toMatchObject({ ok: true });
    expect(await client.request('channels.status', { probe: true, timeoutMs: 2_000 })).toMatchObject({
      channelOrder: [],
    });
  });

  it('is refused with a wrong token and understands why', async () => {
    const core = await startTestCore();
    const { refused, closed } = session(core, { token: 'stale-token-stale-token-stale' });
    expect((await refused).message).toContain('unauthorized: gateway token mismatch');
    expect((await closed).code).toBe(1008);
    expect(core.attempts()[0]).toMatchObject({ reason: 'token_mismatch', client: { id: 'gateway-client' } });
  });

  it('hears a rotation as 4001 and a restart as 1012', async () => {
    const core = await startTestCore();
    const first = session(core, { token: core.token() });
    await first.hello;
    await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
    expect(await first.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    first.client.stop();

    const second = session(core, { token: core.token() });
    await second.hello;
    await core.gateway.restart();
    expect(await second.closed).toEqual({ code: 1012, reason: 'service restart' });
  });
});
