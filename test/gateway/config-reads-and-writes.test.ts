// config.* and secrets.reload over a socket (protocol section 5.3), on the real settings file.
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../helpers/official-schema';
import { startConfigCore } from './config-core';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const SECRET = 'gW8-socket-Lm39_ttXc06-dBoe41';
const ADMIN = ['operator.admin'];
const READ = ['operator.read'];

describe('config.get', () => {
  it('has every field that clients read, and no secret', async () => {
    const { client, token, home } = await startConfigCore();
    const reader = await client(READ);
    const { payload } = await reader.request('config.get', {});
    expect(Object.keys(payload).sort()).toEqual(
      ['config', 'exists', 'hash', 'issues', 'legacyIssues', 'parsed', 'path', 'raw', 'resolved', 'runtimeConfig', 'sourceConfig', 'valid', 'warnings'], // biome-ignore format: one list
    );
    expect(payload).toMatchObject({
      path: join(home, 'settings.json'),
      exists: false,
      config: { gateway: { port: 18789, auth: { token: '__OPENCLAW_REDACTED__' } } },
      runtimeConfig: { gateway: { port: 0 } },
    });
    expect(JSON.stringify(payload)).not.toContain(token());
  });
});

describe('scopes', () => {
  it.each([
    ['config.get', {}, 3, READ, true],
    ['config.get', {}, 4, [], false],
    ['config.schema', {}, 3, READ, false],
    ['config.schema', {}, 4, READ, true],
    ['config.schema.lookup', { path: 'gateway' }, 3, READ, true],
    ['config.set', { raw: '{}' }, 4, READ, false],
    ['config.patch', { raw: '{}' }, 4, ['operator.write'], false],
    ['config.apply', { raw: '{}' }, 4, READ, false],
    ['secrets.reload', {}, 4, READ, false],
    ['secrets.reload', {}, 4, ADMIN, true],
  ] as const)('%s %j on protocol %i with %j: %s', async (method, params, protocol, scopes, allowed) => {
    const { client } = await startConfigCore();
    const answer = await (await client(scopes, protocol)).request(method, params);
    expect(answer.ok).toBe(allowed);
    if (!allowed) expect(answer.error?.message).toContain('missing scope');
  });
});

describe('a change', () => {
  it('by config.patch is on disk and in the next view; the old hash is then refused', async () => {
    const { client, settingsText, core, logLines } = await startConfigCore();
    const admin = await client(ADMIN);
    const first = await admin.request('config.patch', { raw: "{ui: {theme: 'dark'}}", note: 'from a test' });
    expect(first).toMatchObject({ ok: true, payload: { ok: true, config: { ui: { theme: 'dark' } } } });
    expect(core.settings.get().ui.theme).toBe('dark');
    expect(JSON.parse(await settingsText())).toEqual({ ui: { theme: 'dark' } });
    const { payload } = await admin.request('config.get');
    const stale = await admin.request('config.set', { raw: '{}', baseHash: 'x' });
    expect(stale.error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'config changed since last load; re-run config.get and retry',
    });
    const same = await admin.request('config.set', { raw: payload.raw, baseHash: payload.hash });
    expect(same.payload).toMatchObject({ ok: true, noop: true });
    expect(logLines.join('\n')).toMatch(/config\.patch write actor=operator conn=\S+ changedPaths=ui /);
  });

  it('that is not valid names each field and changes nothing', async () => {
    const { client, home } = await startConfigCore();
    const admin = await client(ADMIN);
    const raw = JSON.stringify({ gateway: { bind: 'lan', port: 99_999 }, agents: {} });
    expect((await admin.request('config.apply', { raw })).error).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'invalid config',
      details: { issues: [{ path: 'gateway.port' }, { path: 'gateway.bind' }, { path: 'agents' }] },
    });
    expect(await readdir(home)).not.toContain('settings.json');
  });

  it('of the token answers first, then closes the session, and is nowhere in the clear but in the credential', async () => {
    const { client, token, home, logLines } = await startConfigCore();
    const admin = await client(ADMIN);
    const other = await client(READ);
    const raw = JSON.stringify({ gateway: { auth: { token: SECRET } } });
    const answer = await admin.request('config.patch', { raw });
    expect(answer).toMatchObject({ ok: true });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(await admin.closed).toMatchObject({ code: 4001 });
    expect(await other.closed).toMatchObject({ code: 4001 });
    expect(token()).toBe(SECRET);
    await client(READ);
    const log = await readdir(join(home, 'auth-log'));
    const texts = await Promise.all(
      [...log.map((name) => join(home, 'auth-log', name)), join(home, 'settings.json')].map((file) =>
        readFile(file, 'utf8'),
      ),
    );
    for (const text of [...texts, ...logLines]) expect(text).not.toContain(SECRET);
  });

  it('by sending a view back keeps the token', async () => {
    const { client, token } = await startConfigCore();
    const admin = await client(ADMIN);
    const before = token();
    const { payload } = await admin.request('config.get');
    const config = { ...payload.config, ui: { theme: 'light' } };
    expect(await admin.request('config.set', { raw: JSON.stringify(config) })).toMatchObject({ ok: true });
    expect(token()).toBe(before);
    expect((await admin.request('health')).ok).toBe(true);
  });
});

describe('a change of the port', () => {
  it('is answered, announced, and then the gateway is at the new port', async () => {
    const [from, to] = [await freePort(), await freePort()];
    const { client, core } = await startConfigCore({ port: from });
    const admin = await client(ADMIN);
    const { payload } = await admin.request('config.get');
    const moved = new Promise<string>((resolve) => {
      core.gateway.onChanged(({ state, url }) => {
        if (state === 'listening' && url?.endsWith(`:${to}`)) resolve(url);
      });
    });
    const raw = JSON.stringify({ gateway: { port: to } });
    const answer = await admin.request('config.patch', { raw, baseHash: payload.hash });
    expect(answer.payload).toMatchObject({ ok: true, restart: { reason: 'config.patch: gateway.port' } });
    const shutdown = await admin.frame(({ event }) => event === 'shutdown');
    expect(shutdown.payload).toMatchObject({ reason: 'restart' });
    expect(await admin.closed).toMatchObject({ code: 1012 });
    expect(await moved).toBe(`ws://127.0.0.1:${to}`);
    expect((await (await client(READ)).request('health')).ok).toBe(true);
  });
});

describe('the schema', () => {
  it('is what the official client expects, and so is every place in it', async () => {
    const { client } = await startConfigCore();
    const reader = await client(READ);
    const { definitions } = JSON.parse(
      await readFile('node_modules/@openclaw/gateway-protocol/protocol.schema.json', 'utf8'),
    );
    const { payload } = await reader.request('config.schema');
    expect(schemaErrors(definitions.ConfigSchemaResponse, payload)).toEqual([]);
    expect(payload.uiHints['gateway.auth.token']).toMatchObject({ sensitive: true });
    for (const path of [
      'gateway',
      'gateway.port',
      '/gateway/auth/token',
      'channels.webhook.accounts.any',
      'gateway.controlUi.allowedOrigins[0]',
      '.',
    ]) {
      // biome-ignore format: one list
      const found = await reader.request('config.schema.lookup', { path });
      expect(found.error).toBeUndefined();
      expect(schemaErrors(definitions.ConfigSchemaLookupResult, found.payload)).toEqual([]);
    }
    const port = await reader.request('config.schema.lookup', { path: 'gateway.port' });
    expect(port.payload).toMatchObject({
      path: 'gateway.port',
      schema: { type: 'integer', maximum: 65535 },
      reloadKind: 'restart',
      children: [],
    });
    const unknown = await reader.request('config.schema.lookup', { path: 'gateway.nothing' });
    expect(unknown.error).toMatchObject({ code: 'INVALID_REQUEST', message: 'config schema path not found' });
  });
});
