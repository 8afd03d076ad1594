// The official client with a device, unmodified: pairs, gets a device token, reconnects with it alone, survives a
// rotation of the gateway token (4001) and a restart (1012), and drops a token that was revoked.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { GatewayClient } from '@openclaw/gateway-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';

interface StoredToken {
  readonly token: string;
  readonly role: string;
  readonly scopes: readonly string[];
}

/** What the client's host keeps for it: a key pair and the token of each role. */
function deviceHost() {
  const pair = generateKeyPairSync('ed25519');
  const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const privateKeyPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const raw = (pem: string) => createPublicKey(pem).export({ format: 'jwk' }).x ?? '';
  const stored = new Map<string, StoredToken>();
  return {
    stored,
    raw: raw(publicKeyPem),
    identity: async () => {
      const { createHash } = await import('node:crypto');
      const deviceId = createHash('sha256')
        .update(Buffer.from(raw(publicKeyPem), 'base64url'))
        .digest('hex');
      return { deviceId, publicKeyPem, privateKeyPem };
    },
    hostDeps: {
      signDevicePayload: (pem: string, payload: string) =>
        sign(null, Buffer.from(payload), createPrivateKey(pem)).toString('base64url'),
      publicKeyRawBase64UrlFromPem: raw,
      loadDeviceAuthToken: ({ role }: { role: string }) => stored.get(role) ?? null,
      storeDeviceAuthToken: (entry: StoredToken) => void stored.set(entry.role, entry),
      clearDeviceAuthToken: ({ role }: { role: string }) => void stored.delete(role),
    },
  };
}

type Host = ReturnType<typeof deviceHost>;

/** One client; `hellos` and `closes` resolve in order, so that reconnects can be followed. */
async function session(core: TestCore, host: Host, options: Record<string, unknown>) {
  const hellos = queue<{ readonly auth: { readonly deviceToken?: string; readonly scopes: string[] } }>();
  const closes = queue<{ readonly code: number; readonly reason: string }>();
  const errors = queue<Error>();
  const client = new GatewayClient({
    url: core.url,
    clientName: 'cli',
    mode: 'cli',
    role: 'operator',
    scopes: ['operator.read'],
    deviceIdentity: await host.identity(),
    hostDeps: host.hostDeps,
    onHelloOk: hellos.push,
    onConnectError: errors.push,
    onClose: (code: number, reason: string) => closes.push({ code, reason }),
    ...options,
  } as unknown as ConstructorParameters<typeof GatewayClient>[0]);
  onTestFinished(() => void client.stop());
  client.start();
  return { client, hellos, closes, errors };
}

function queue<T>() {
  const items: T[] = [];
  const waiting: ((value: T) => void)[] = [];
  return {
    push: (value: T) => {
      const next = waiting.shift();
      if (next === undefined) items.push(value);
      else next(value);
    },
    next: () =>
      new Promise<T>((resolve) => {
        const [value] = items.splice(0, 1);
        if (value === undefined) waiting.push(resolve);
        else resolve(value);
      }),
  };
}

describe('the reference client with a device', () => {
  it('pairs with the gateway token, is given a device token and reconnects with that alone', async () => {
    const core = await startTestCore();
    const host = deviceHost();
    const first = await session(core, host, { token: core.token() });
    const hello = await first.hellos.next();
    expect(host.stored.get('operator')?.token).toBe(hello.auth.deviceToken);
    first.client.stop();

    const second = await session(core, host, {});
    expect((await second.hellos.next()).auth).toMatchObject({
      deviceToken: hello.auth.deviceToken,
      scopes: ['operator.read'],
    });
    expect(await second.client.request('channels.status', {})).toMatchObject({ channelOrder: [] });
    expect(core.attempts().map(({ credential }) => credential)).toEqual(['token', 'device-token']);
  });

  it('hears a rotation as 4001 and comes back with its device token by itself', async () => {
    const core = await startTestCore();
    const host = deviceHost();
    const { client, hellos, closes } = await session(core, host, { token: core.token() });
    await hellos.next();
    await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
    expect(await closes.next()).toEqual({ code: 4001, reason: 'gateway auth changed' });
    // It tries the retired token, is told to use its device token, and does.
    await hellos.next();
    expect((await client.request('health', {})) as { ok: boolean }).toMatchObject({ ok: true });
    expect(core.attempts().at(-1)).toMatchObject({ outcome: 'accepted', credential: 'device-token' });
  });

  it('stays connected through a rotation when it stands on its device token, and hears a restart as 1012', async () => {
    const core = await startTestCore();
    const host = deviceHost();
    const pairing = await session(core, host, { token: core.token() });
    await pairing.hellos.next();
    pairing.client.stop();
    const { client, hellos, closes } = await session(core, host, {});
    await hellos.next();
    await core.tokens.rotate({ reason: 'leaked', graceMs: 0, by: 'panel' });
    expect(await client.request('health', {})).toMatchObject({ ok: true });
    await core.gateway.restart();
    expect(await closes.next()).toEqual({ code: 1012, reason: 'service restart' });
  });

  it('forgets a device token that was revoked', async () => {
    const core = await startTestCore();
    const host = deviceHost();
    const pairing = await session(core, host, { token: core.token() });
    await pairing.hellos.next();
    pairing.client.stop();
    const { deviceId } = await host.identity();
    await core.pairing.revokeToken({ deviceId, role: 'operator', by: 'panel' });
    const { closes } = await session(core, host, {});
    expect(await closes.next()).toEqual({
      code: 1008,
      reason: 'unauthorized: device token mismatch (rotate/reissue device token)',
    });
    expect(host.stored.size).toBe(0);
  });
});
