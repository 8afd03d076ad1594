// Who gets the details of /ready, what a wrong bearer costs, and who may read a reply across origins (protocol
// section 1.3; SEC-6, SEC-10, SEC-11).

import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Options {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function call(core: TestCore, path: string, { method = 'GET', headers = {} }: Options = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: core.port, path, method, headers, agent: false };
    const ask = request(options, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    ask.on('error', reject);
    ask.end();
  });
}

const PROXIED = { 'x-forwarded-for': '192.0.2.9' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const WRONG = bearer('wrong-wrong-wrong-wrong-wrong');
const LISTED = 'https://panel.example';
const WITH_ORIGIN = { settings: { gateway: { controlUi: { allowedOrigins: [LISTED] } } } };

/** The answer, with a clock that the test has to move for it. */
async function late(core: TestCore, clock: FakeClock, headers: Readonly<Record<string, string>>) {
  const reply = call(core, '/ready', { headers });
  const seen = core.attempts().length;
  await core.attempt(() => core.attempts().length > seen);
  return { reply, clock };
}

describe('/ready', () => {
  it('shows details to a caller from elsewhere that has the right bearer', async () => {
    const core = await startTestCore();
    const known = await call(core, '/ready', { headers: { ...PROXIED, ...bearer(core.token()) } });
    expect(known.status).toBe(200);
    expect(JSON.parse(known.body)).toMatchObject({
      ready: true,
      failing: [],
      eventLoop: { degraded: false },
    });
    expect(core.attempts()).toMatchObject([{ outcome: 'accepted', credential: 'token', answer: 'HTTP 200' }]);
  });

  it('refuses a wrong bearer with 401 and writes it down before it answers', async () => {
    const core = await startTestCore();
    const refused = await call(core, '/readyz', { headers: { ...PROXIED, ...WRONG } });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(refused.body)).toEqual({ error: { message: 'Unauthorized', type: 'unauthorized' } });
    expect(core.attempts()).toMatchObject([
      { outcome: 'refused', reason: 'token_mismatch', answer: 'HTTP 401', comparedGeneration: 1 },
    ]);
  });

  it('locks a caller from elsewhere out after ten wrong bearers, the right one included (SEC-11)', async () => {
    const core = await startTestCore();
    for (let index = 0; index < 10; index += 1) {
      expect((await call(core, '/ready', { headers: { ...PROXIED, ...WRONG } })).status).toBe(401);
    }
    const locked = await call(core, '/ready', { headers: { ...PROXIED, ...bearer(core.token()) } });
    expect(locked.status).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(290);
    expect(JSON.parse(locked.body).error.type).toBe('rate_limited');
    expect(core.attempts().at(-1)).toMatchObject({ outcome: 'refused', reason: 'rate_limited' });
    // Whoever is on this machine with nothing in between is not locked out with it.
    expect((await call(core, '/ready', { headers: bearer(core.token()) })).status).toBe(200);
  });

  it('answers a wrong bearer from this machine late, later each time, and a right one at once (SEC-11)', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    // Its success would forgive the failures that this test counts.
    await core.probe.run('demand');
    const first = await late(core, clock, WRONG);
    const second = await late(core, clock, WRONG);
    expect((await call(core, '/ready', { headers: bearer(core.token()) })).status).toBe(200);
    clock.advance(250);
    expect((await first.reply).status).toBe(401);
    expect(core.gateway.limiter.delayedCount).toBe(1);
    clock.advance(250);
    expect((await second.reply).status).toBe(401);
    expect(core.gateway.limiter.delayedCount).toBe(0);
  });

  it('holds sixteen late answers and refuses the seventeenth at once', async () => {
    const clock = new FakeClock();
    const core = await startTestCore({ clock });
    const held: Promise<Reply>[] = [];
    for (let index = 0; index < 16; index += 1) held.push((await late(core, clock, WRONG)).reply);
    const refused = await call(core, '/ready', { headers: WRONG });
    expect(refused.status).toBe(429);
    expect(core.attempts()).toHaveLength(17);
    clock.advance(5_000);
    expect((await Promise.all(held)).map((reply) => reply.status)).toEqual(held.map(() => 401));
  });

  it('takes its numbers from gateway.auth.rateLimit', async () => {
    const rateLimit = { maxAttempts: 2, lockoutMs: 5_000 };
    const core = await startTestCore({
      clock: new FakeClock(),
      settings: { gateway: { auth: { rateLimit } } },
    });
    const headers = { ...PROXIED, ...WRONG };
    expect((await call(core, '/ready', { headers })).status).toBe(401);
    expect((await call(core, '/ready', { headers })).status).toBe(401);
    const locked = await call(core, '/ready', { headers });
    expect([locked.status, locked.headers['retry-after']]).toEqual([429, '5']);
  });

  it('compares nothing that an unlisted page sends (SEC-11)', async () => {
    const core = await startTestCore();
    const headers = { origin: 'https://evil.example', ...bearer(core.token()) };
    expect((await call(core, '/ready', { headers })).status).toBe(403);
    expect(core.attempts()).toMatchObject([{ reason: 'origin_not_allowed', presentedAs: 'none' }]);
  });

  it('needs no bearer and counts none for other schemes', async () => {
    const core = await startTestCore();
    const basic = await call(core, '/ready', { headers: { ...PROXIED, authorization: 'Basic eDp5' } });
    expect(JSON.parse(basic.body)).toEqual({ ready: true });
    expect(core.attempts()).toEqual([]);
  });
});

describe('/startupz', () => {
  it.each(['GET', 'HEAD'])('says started with version and age to %s', async (method) => {
    const core = await startTestCore();
    const reply = await call(core, '/startupz', { method });
    expect(reply.status).toBe(200);
    const body = { ok: true, status: 'started', version: '0.0.0-test', uptimeMs: expect.any(Number) };
    if (method === 'GET') expect(JSON.parse(reply.body)).toEqual(body);
    else expect(reply.body).toBe('');
  });
});

describe('replies across origins (SEC-6)', () => {
  it('may be read by a listed origin only, which is named exactly', async () => {
    const core = await startTestCore(WITH_ORIGIN);
    const listed = await call(core, '/healthz', { headers: { origin: LISTED } });
    expect(listed.headers['access-control-allow-origin']).toBe(LISTED);
    expect(listed.headers.vary).toBe('Origin');
  });

  it.each([`${LISTED}:443`, 'https://panel.example.evil', 'http://panel.example', 'null'])(
    'may not be read by %s',
    async (origin) => {
      const core = await startTestCore(WITH_ORIGIN);
      const reply = await call(core, '/healthz', { headers: { origin } });
      expect(reply.status).toBe(200);
      expect(reply.headers['access-control-allow-origin']).toBeUndefined();
      expect(reply.headers.vary).toBe('Origin');
    },
  );

  it.each([
    { path: '/healthz', status: 405 },
    { path: '/ready', status: 405 },
    { path: '/startupz', status: 405 },
    { path: '/anything', status: 404 },
  ])('are not offered to a preflight of $path: $status', async ({ path, status }) => {
    const core = await startTestCore(WITH_ORIGIN);
    const headers = { origin: LISTED, 'access-control-request-method': 'GET' };
    const reply = await call(core, path, { method: 'OPTIONS', headers });
    expect(reply.status).toBe(status);
    expect(reply.headers['access-control-allow-headers']).toBeUndefined();
  });

  it('carry the hardening headers on every path and status', async () => {
    const core = await startTestCore();
    for (const [path, options] of [
      ['/healthz', {}],
      ['/ready', { headers: { ...PROXIED, ...WRONG } }],
      ['/nothing', {}],
      ['/ready', { method: 'DELETE' }],
    ] as const) {
      expect((await call(core, path, options)).headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
    }
  });
});
