import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { webhookAdapter } from '../../../electron/core/channels/adapters/webhook';
import type { InboundMessage } from '../../../shared/model/channel';
import { MemoryVault, managerHarness, settle } from '../../helpers/channel-doubles';

const SECRET = 'Zm9yLXRoZS13ZWJob29rLXRlc3Qtb25seQ';
const PATH = '/channels/webhook/default';
const DELIVERY = { id: 'm-1', conversation: 'c-1', sender: 's-1', senderName: 'Ada', text: 'hello\nworld' };

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: Record<string, unknown>;
  readonly text: string;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function running(vault = new MemoryVault({ 'webhook/default': SECRET })) {
  const harness = managerHarness([webhookAdapter], { settings: { channels: { webhook: {} } }, vault });
  const messages: InboundMessage[] = [];
  harness.manager.onInbound((message) => messages.push(message));
  await harness.manager.start();
  await settle();
  // As the gateway does: asks the manager by path, without the query.
  const server = createServer((req, res) => {
    const route = harness.manager.httpRoute((req.url ?? '').split('?')[0] ?? '');
    if (route === undefined) res.writeHead(404).end();
    else route(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  cleanups.push(async () => {
    await harness.manager.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { ...harness, messages, port, server };
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly secret?: string | undefined;
  readonly body?: string | Buffer;
}

function send(port: number, options: Sent = {}): Promise<Reply> {
  const secret = 'secret' in options ? options.secret : SECRET;
  const body = options.body ?? JSON.stringify(DELIVERY);
  const method = options.method ?? 'POST';
  return new Promise((resolve, reject) => {
    const req = request(
      {
        port,
        host: '127.0.0.1',
        method,
        path: options.path ?? PATH,
        agent: false,
        headers: {
          'content-type': 'application/json',
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
          ...options.headers,
        },
      },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          text += chunk;
        });
        res.on('end', () => {
          const json = text === '' ? {} : JSON.parse(text);
          resolve({ status: res.statusCode ?? 0, headers: res.headers, json, text });
        });
      },
    );
    req.on('error', reject);
    req.end(method === 'POST' ? body : undefined);
  });
}

describe('a delivery', () => {
  it('is accepted with the right secret, announced once, and becomes the first proof', async () => {
    const { port, messages, status, clock } = await running();
    expect(status('default')).toMatchObject({
      phase: 'ready',
      word: 'not-checked',
      mode: 'webhook',
      webhookPath: PATH,
    });
    expect(status('default')).not.toHaveProperty('connected');
    const reply = await send(port);
    expect([reply.status, reply.json]).toEqual([202, { accepted: true, id: 'm-1' }]);
    expect(messages).toEqual([
      {
        channel: 'webhook',
        accountId: 'default',
        messageId: 'm-1',
        chatType: 'direct',
        conversationId: 'c-1',
        senderId: 's-1',
        senderName: 'Ada',
        text: 'hello\nworld',
        at: clock.now(),
      },
    ]);
    expect(status('default')).toMatchObject({
      word: 'connected',
      evidence: { what: 'delivery accepted', at: clock.now() },
      lastInboundAt: clock.now(),
      received: 1,
      rejected: 0,
    });
  });

  it('counts once when it is repeated, also after a restart of the account', async () => {
    const { port, messages, manager, status } = await running();
    await send(port);
    const again = await send(port);
    expect([again.status, again.json]).toEqual([200, { accepted: true, duplicate: true }]);
    await manager.restart('webhook', 'default');
    await settle();
    expect((await send(port)).status).toBe(200);
    expect([messages.length, status('default').received]).toEqual([1, 1]);
  });

  it('gets an id when it brings none', async () => {
    const { port, messages } = await running();
    const body = JSON.stringify({ conversation: 'c', sender: 's', text: 't' });
    const replies = [await send(port, { body }), await send(port, { body })];
    expect(replies.map((reply) => reply.status)).toEqual([202, 202]);
    expect(new Set(messages.map((message) => message.messageId)).size).toBe(2);
    expect(replies.map((reply) => reply.json.id)).toEqual(messages.map((message) => message.messageId));
  });

  it('is answered without caching, sniffing or CORS headers, refused or not', async () => {
    const { port } = await running();
    const replies = [
      await send(port),
      await send(port, { secret: 'wrong' }),
      await send(port, { method: 'PUT' }),
    ];
    for (const { headers } of replies) {
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a wrong secret', () => {
  const wrong: readonly [string, Sent][] = [
    ['no header', { secret: undefined }],
    ['another secret', { secret: 'another-secret-altogether' }],
    ['an empty secret', { secret: '' }],
    ['a prefix', { secret: SECRET.slice(0, -1) }],
    ['the secret and more', { secret: `${SECRET}x` }],
    ['another scheme', { secret: undefined, headers: { authorization: `Basic ${SECRET}` } }],
    ['the right secret in another header', { secret: undefined, headers: { 'x-webhook-secret': SECRET } }],
  ];
  it.each(wrong)('is 401 with %s, is counted and explained, and is never echoed', async (_name, sent) => {
    const { port, messages, status, manager, logger } = await running();
    const reply = await send(port, sent);
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(status('default')).toMatchObject({
      rejected: 1,
      word: 'degraded',
      lastError: { class: 'auth', code: 401 },
    });
    expect(status('default').lastError?.fix).toContain('Authorization: Bearer <secret>');
    expect(messages).toEqual([]);
    const seen = reply.text + JSON.stringify(manager.statuses()) + logger.text();
    expect(seen).not.toContain(SECRET.slice(0, 16));
    expect(seen).not.toContain('another-secret');
  });

  it('stops being the news at the next accepted delivery', async () => {
    const { port, status } = await running();
    await send(port, { secret: 'wrong' });
    await send(port);
    expect(status('default')).toMatchObject({ word: 'connected', rejected: 1, received: 1 });
  });

  it('is slowed down by itself: a flood does not use up the share of the right one', async () => {
    const { port, status } = await running();
    const codes: number[] = [];
    for (let index = 0; index < 121; index += 1) codes.push((await send(port, { secret: 'wrong' })).status);
    expect([codes.filter((code) => code === 401).length, codes[120]]).toEqual([120, 429]);
    expect(status('default').rejected).toBe(121);
    expect((await send(port)).status).toBe(202);
  });
});

describe('a request that is not a delivery', () => {
  const bodies: readonly [string, string | Buffer, string][] = [
    ['not JSON', '{"text":', 'not JSON'],
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not JSON'],
    ['a list', '[]', 'not an object'],
    ['an unknown field', JSON.stringify({ ...DELIVERY, sekret: 1 }), 'not known'],
    ['a missing field', JSON.stringify({ ...DELIVERY, text: undefined }), '"text"'],
    ['an empty text', JSON.stringify({ ...DELIVERY, text: '' }), '"text"'],
    ['a control character in an id', JSON.stringify({ ...DELIVERY, id: 'a\u0007' }), '"id"'],
    ['a text that is no text', JSON.stringify({ ...DELIVERY, text: { $gt: '' } }), '"text"'],
    ['a prototype', `{"__proto__":{},${JSON.stringify(DELIVERY).slice(1)}`, 'not known'],
    ['too deep a list', '['.repeat(60_000), 'not JSON'],
  ];
  it.each(bodies)('is 400 with %s, and the sender is told which part', async (_name, body, part) => {
    const { port, messages, status } = await running();
    const reply = await send(port, { body });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain(part.replaceAll('"', '\\"'));
    expect(status('default')).toMatchObject({ rejected: 1, lastError: { class: 'protocol', code: 400 } });
    expect(messages).toEqual([]);
  });

  it('is 400 with anything in the query, which is neither logged nor shown', async () => {
    const { port, manager, logger } = await running();
    const reply = await send(port, { secret: undefined, path: `${PATH}?token=${SECRET}` });
    expect(reply.status).toBe(400);
    expect(logger.text()).toContain('webhook.query-refused');
    expect(reply.text + JSON.stringify(manager.statuses()) + logger.text()).not.toContain(SECRET);
  });

  it('is 403 from a browser, whatever the origin', async () => {
    const { port, messages } = await running();
    for (const origin of ['null', 'http://127.0.0.1', 'https://evil.example']) {
      expect((await send(port, { headers: { origin } })).status).toBe(403);
    }
    expect(messages).toEqual([]);
  });

  it('is 405 with the allowed methods, and 200 for HEAD', async () => {
    const { port } = await running();
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const reply = await send(port, { method });
      expect([reply.status, reply.headers.allow]).toEqual([405, 'POST, HEAD']);
    }
    const head = await send(port, { method: 'HEAD', secret: undefined });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('is 415 when it is not JSON by its own account', async () => {
    const { port } = await running();
    for (const type of ['text/plain', 'application/jsonx', 'application/x-www-form-urlencoded']) {
      expect((await send(port, { headers: { 'content-type': type } })).status).toBe(415);
    }
    expect(
      (await send(port, { headers: { 'content-type': 'Application/JSON; charset=utf-8' } })).status,
    ).toBe(202);
  });

  it('is 413 above 64 KiB, with or without a declared length, and fits exactly at 64 KiB', async () => {
    const { port } = await running();
    const frame = JSON.stringify({ ...DELIVERY, text: '' }).length;
    const sized = (bytes: number) => JSON.stringify({ ...DELIVERY, text: 'x'.repeat(bytes - frame) });
    expect((await send(port, { body: sized(65_537) })).status).toBe(413);
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await send(port, { body: sized(200_000), headers: chunked })).status).toBe(413);
    expect((await send(port, { body: sized(65_536) })).status).toBe(202);
  });

  it('is 408 when its body does not arrive within 5 s', async () => {
    const { port, clock } = await running();
    const before = clock.pendingTimers;
    const socket = connect(port, '127.0.0.1');
    const text = new Promise<string>((resolve) => {
      let seen = '';
      socket.on('data', (chunk) => {
        seen += chunk.toString();
      });
      socket.on('close', () => resolve(seen));
    });
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${SECRET}`];
    socket.write(
      `${[...head, 'Content-Type: application/json', 'Content-Length: 50'].join('\r\n')}\r\n\r\n{`,
    );
    while (clock.pendingTimers === before) await settle();
    clock.advance(4_999);
    await settle();
    expect(socket.destroyed).toBe(false);
    clock.advance(1);
    expect(await text).toMatch(/^HTTP\/1\.1 408 /);
    expect(clock.pendingTimers).toBe(before);
  });

  it('leaves nothing behind when the sender goes away in the middle', async () => {
    const { port, clock, status } = await running();
    const before = clock.pendingTimers;
    const socket = connect(port, '127.0.0.1');
    const head = [`POST ${PATH} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${SECRET}`];
    socket.write(
      `${[...head, 'Content-Type: application/json', 'Content-Length: 50'].join('\r\n')}\r\n\r\n{`,
    );
    while (clock.pendingTimers === before) await settle();
    socket.destroy();
    while (clock.pendingTimers !== before) await settle();
    expect(status('default').rejected).toBe(0);
  });
});

describe('the limits', () => {
  it('allow 4,000 deliveries a minute, then say when to come back', async () => {
    const { port, clock, messages } = await running();
    const post = (id: number) => send(port, { body: JSON.stringify({ ...DELIVERY, id: `m-${id}` }) });
    for (let index = 0; index < 4_000; index += 1) {
      if ((await post(index)).status !== 202) throw new Error(`delivery ${index} was refused`);
    }
    clock.advance(20_000);
    const refused = await post(4_000);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '40']);
    clock.advance(40_000);
    expect((await post(4_000)).status).toBe(202);
    expect(messages).toHaveLength(4_001);
  });

  it('REL-84: hold 64 deliveries at once, and answer them when the account stops', async () => {
    const { port, clock, manager } = await running();
    const before = clock.pendingTimers;
    const replies: Promise<number>[] = [];
    for (let index = 0; index < 64; index += 1) {
      replies.push(
        new Promise((resolve, reject) => {
          const headers = {
            'content-type': 'application/json',
            authorization: `Bearer ${SECRET}`,
            'content-length': '9',
          };
          const req = request(
            { port, host: '127.0.0.1', method: 'POST', path: PATH, agent: false, headers },
            (res) => {
              res.resume();
              resolve(res.statusCode ?? 0);
              req.destroy();
            },
          );
          req.on('error', reject);
          req.write('{');
        }),
      );
    }
    while (clock.pendingTimers < before + 64) await settle();
    const refused = await send(port);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    await manager.stop();
    expect(new Set(await Promise.all(replies))).toEqual(new Set([503]));
    expect(clock.pendingTimers).toBe(0);
    expect((await send(port)).status).toBe(404);
  });
});

describe('the account', () => {
  it('without a secret says what to do, serves nothing, and comes up when one is made', async () => {
    const { port, manager, status, vault, redactor, logger } = await running(new MemoryVault());
    expect(status('default')).toMatchObject({
      phase: 'unconfigured',
      word: 'action-needed',
      credentialSource: 'none',
    });
    expect(status('default').problems[0]).toContain('no secret yet');
    expect((await send(port)).status).toBe(404);
    expect(await manager.restart('webhook', 'default')).toMatchObject({
      ok: false,
      error: { code: 'unsupported' },
    });

    const made = await manager.newSecret('webhook', 'default');
    if (!made.ok) throw new Error(made.error.message);
    const secret = made.value.expose();
    await settle();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(vault.get('webhook/default')?.expose()).toBe(secret);
    expect(redactor.redact(`x ${secret} y`)).toBe('x [secret] y');
    expect(logger.text()).not.toContain(secret);
    expect(status('default')).toMatchObject({
      phase: 'ready',
      word: 'not-checked',
      credentialSource: 'store',
    });
    expect((await send(port, { secret })).status).toBe(202);
  });

  it('forgets its proof with its secret: the new one is not checked until it was used', async () => {
    const { port, manager, status } = await running();
    await send(port);
    const made = await manager.newSecret('webhook', 'default');
    await settle();
    expect([made.ok, status('default').word]).toEqual([true, 'not-checked']);
    expect((await send(port)).status).toBe(401);
  });

  it('keeps its old secret when the new one cannot be stored', async () => {
    const { port, manager, vault } = await running();
    vault.failWith = { code: 'storage_full', detail: 'no space left' };
    expect(await manager.newSecret('webhook', 'default')).toEqual({
      ok: false,
      error: { code: 'storage_full', message: 'no space left' },
    });
    expect((await send(port)).status).toBe(202);
  });

  it('never gets a secret that another account has', async () => {
    const vault = new MemoryVault({ 'webhook/default': Buffer.alloc(32, 1).toString('base64url') });
    const { manager } = await running(vault);
    await expect(manager.newSecret('webhook', 'default')).rejects.toThrow('repeats itself');
  });

  it('says that the store is locked instead of asking for a new secret', async () => {
    const vault = new MemoryVault({ 'webhook/default': SECRET });
    vault.locked = { reason: 'sealed-elsewhere', detail: 'sealed by the desktop app' };
    const { status } = await running(vault);
    expect(status('default').problems).toEqual([
      'The stored secrets cannot be read: sealed by the desktop app',
    ]);
  });

  it('keeps its state when a setting cannot be written', async () => {
    const { manager, settings, status } = await running();
    settings.failWith = { code: 'storage_readonly', detail: 'read-only' };
    expect(await manager.setEnabled('webhook', 'default', false)).toEqual({
      ok: false,
      error: { code: 'storage_readonly', message: 'read-only' },
    });
    expect(status('default').phase).toBe('ready');
  });

  it('proves by its probe no more than its route', async () => {
    const { manager, status } = await running();
    await manager.probe({ channel: 'webhook', timeoutMs: 1_000 });
    expect(status('default')).toMatchObject({ word: 'not-checked', probe: { ok: true } });
    expect(status('default').probe?.note).toContain('proves only that the path is served');
  });

  it('is one of several, each with its own secret and path', async () => {
    const vault = new MemoryVault({ 'webhook/default': SECRET, 'webhook/ci': 'the-secret-of-ci-is-another' });
    const { port, settings, status, messages } = await running(vault);
    settings.update({ channels: { webhook: { accounts: { ci: { name: 'CI' } } } } });
    await settle();
    expect((await send(port, { path: '/channels/webhook/ci' })).status).toBe(401);
    expect(
      (await send(port, { path: '/channels/webhook/ci', secret: 'the-secret-of-ci-is-another' })).status,
    ).toBe(202);
    expect((await send(port)).status).toBe(202);
    expect(messages.map((message) => message.accountId)).toEqual(['ci', 'default']);
    expect([status('ci').name, status('ci').rejected, status('default').rejected]).toEqual(['CI', 1, 0]);
  });

  it('refuses calls about channels and accounts that do not exist', async () => {
    const { manager } = await running();
    expect(await manager.newSecret('fax', 'default')).toMatchObject({
      ok: false,
      error: { code: 'unknown_channel' },
    });
    expect(await manager.setEnabled('webhook', 'x', false)).toMatchObject({
      ok: false,
      error: { code: 'unknown_account' },
    });
  });
});
