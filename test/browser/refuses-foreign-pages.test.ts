// Pages in a real browser that try to reach the gateway on this machine (SEC-3, SEC-4, SEC-6, SEC-11): the upgrade is
// refused before 101, no guess of theirs is looked at, and no answer of the HTTP endpoints can be read by them.
// Needs Debian's Chromium; where it is missing the tests are skipped and say so.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { TestContext } from 'vitest';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AuthAttemptEvent } from '../../shared/model/auth-event';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';

const CHROMIUM = '/usr/bin/chromium';
const STRANGER = 'evil.example';

let browser: Browser | undefined;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) return;
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      // A name of the attacker's that resolves to this machine.
      `--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(() => browser?.close());

/** A page of a server on another port, under one of its names, and the core that it is after. */
async function visited(ctx: TestContext, host: string, core: TestCore): Promise<Page> {
  if (browser === undefined) return ctx.skip(`not testable here: no browser at ${CHROMIUM}`);
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end('<!doctype html><title>a page</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = await browser.newPage();
  onTestFinished(async () => {
    await page.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  expect(port).not.toBe(core.port);
  await page.goto(`http://${host}:${port}/`);
  return page;
}

/** What `new WebSocket` comes to in the page, with a guess sent the moment it could be. */
const TRY_SOCKET = `(url) => new Promise((resolve) => {
  const seen = [];
  const socket = new WebSocket(url);
  socket.onopen = () => {
    seen.push('open');
    socket.send(JSON.stringify({ type: 'req', id: 'c', method: 'connect', params: {} }));
  };
  socket.onmessage = () => seen.push('message');
  socket.onerror = () => seen.push('error');
  socket.onclose = ({ code }) => resolve([...seen, code]);
})`;

const REFUSED = ['error', 1006];

function expectNoGuess(core: TestCore): void {
  expect(core.gateway.limiter.snapshot()).toEqual([]);
  const looked = core.attempts().filter((event) => event.presentedAs !== 'none' || event.comparedGeneration);
  expect(looked).toEqual([]);
  expect(core.gateway.status().clients).toBe(0);
}

function only(core: TestCore): AuthAttemptEvent | undefined {
  expect(core.attempts()).toHaveLength(1);
  return core.attempts()[0];
}

describe('a WebSocket', () => {
  it('SEC-4: of a page from another port is refused before 101', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    expect(await page.evaluate(`(${TRY_SOCKET})(${JSON.stringify(core.url)})`)).toEqual(REFUSED);
    const origin = new URL(page.url()).origin;
    const refusal = {
      outcome: 'refused',
      reason: 'origin_not_allowed',
      answer: 'HTTP 403',
      originClass: 'denied',
    };
    expect(only(core)).toMatchObject({ ...refusal, origin, host: `127.0.0.1:${core.port}` });
    expectNoGuess(core);
  });

  it('SEC-4: of a sandboxed frame, whose Origin is null, is refused before 101', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    const script = `(${TRY_SOCKET})(${JSON.stringify(core.url)}).then((seen) => parent.postMessage(seen, '*'))`;
    const seen = await page.evaluate((text) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.srcdoc = `<script>${text}</script>`;
      const answer = new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data), { once: true });
      });
      document.body.append(frame);
      return answer;
    }, script);
    expect(seen).toEqual(REFUSED);
    const refusal = {
      outcome: 'refused',
      reason: 'origin_not_allowed',
      answer: 'HTTP 403',
      originClass: 'null',
    };
    expect(only(core)).toMatchObject({ ...refusal, origin: 'null' });
    expectNoGuess(core);
  });

  it('SEC-3: to 0.0.0.0 is refused, by the browser or before 101', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    const url = `ws://0.0.0.0:${core.port}/`;
    expect(await page.evaluate(`(${TRY_SOCKET})(${JSON.stringify(url)})`)).toEqual(REFUSED);
    // Newer browsers do not even dial that address.
    for (const event of core.attempts()) {
      expect(event).toMatchObject({ outcome: 'refused', reason: 'host_not_allowed', answer: 'HTTP 403' });
    }
    expectNoGuess(core);
  });

  it('SEC-3: to a foreign name that resolves to this machine (DNS rebinding) is refused before 101', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, STRANGER, core);
    const url = `ws://${STRANGER}:${core.port}/`;
    expect(await page.evaluate(`(${TRY_SOCKET})(${JSON.stringify(url)})`)).toEqual(REFUSED);
    const refusal = { outcome: 'refused', reason: 'host_not_allowed', answer: 'HTTP 403' };
    expect(only(core)).toMatchObject({ ...refusal, host: `${STRANGER}:${core.port}` });
    expectNoGuess(core);
  });

  it('of a listed page is let through, so the refusals above are about the page', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    const { origin } = new URL(page.url());
    core.settings.update({ gateway: { controlUi: { allowedOrigins: [origin] } } });
    const seen = await page.evaluate(`(${TRY_SOCKET})(${JSON.stringify(core.url)})`);
    expect(seen).toContain('open');
    expect(only(core)).toMatchObject({ reason: 'invalid_connect_params', originClass: 'allowed', origin });
  });
});

/** Everything a page could take from a reply, in both modes. */
const TRY_FETCH = `async ([url, init]) => {
  const read = async (mode) => {
    try {
      const reply = await fetch(url, { ...init, mode });
      return [reply.type, reply.status, await reply.text()];
    } catch (error) {
      return error.name;
    }
  };
  return [await read('cors'), await read('no-cors')];
}`;

describe('SEC-6: a fetch', () => {
  const UNREADABLE = ['TypeError', ['opaque', 0, '']];

  it('of any endpoint from a foreign page reads nothing', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    for (const path of [
      '/ready',
      '/readyz',
      '/health',
      '/healthz',
      '/startupz',
      '/',
      '/channels/webhook/x',
    ]) {
      const args = JSON.stringify([`http://127.0.0.1:${core.port}${path}`, {}]);
      expect(await page.evaluate(`(${TRY_FETCH})(${args})`), path).toEqual(UNREADABLE);
    }
    expectNoGuess(core);
  });

  it('to a webhook that exists delivers nothing and reads nothing', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    expect(await core.channels.setEnabled('webhook', 'x', true)).toMatchObject({ ok: true });
    expect(await core.channels.newSecret('webhook', 'x')).toMatchObject({ ok: true });
    const received: unknown[] = [];
    core.channels.onInbound((message) => received.push(message));
    const body = JSON.stringify({ id: 'm', conversation: 'c', sender: 's', text: 'from a page' });
    const init = { method: 'POST', headers: { 'content-type': 'text/plain' }, body };
    const args = JSON.stringify([`http://127.0.0.1:${core.port}/channels/webhook/x`, init]);
    expect(await page.evaluate(`(${TRY_FETCH})(${args})`)).toEqual(UNREADABLE);
    expect(received).toEqual([]);
  });

  it('with a bearer is stopped by its preflight, so the guess is never made', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, '127.0.0.1', core);
    const init = { headers: { authorization: `Bearer ${core.token()}` } };
    const args = JSON.stringify([`http://127.0.0.1:${core.port}/ready`, init]);
    const [cors] = (await page.evaluate(`(${TRY_FETCH})(${args})`)) as unknown[];
    expect(cors).toBe('TypeError');
    expectNoGuess(core);
  });

  it('SEC-3: by a page that has our address under its own name gets 403 and no details', async (ctx) => {
    const core = await startTestCore();
    const page = await visited(ctx, STRANGER, core);
    const reply = await page.goto(`http://${STRANGER}:${core.port}/ready`);
    expect(reply?.status()).toBe(403);
    expect(await reply?.json()).toEqual({ error: 'Host not allowed' });
    expect(reply?.headers()['access-control-allow-origin']).toBeUndefined();
  });
});
