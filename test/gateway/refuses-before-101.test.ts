// Host, Origin, path and secrets in URLs are judged before a WebSocket exists, and each refusal is one event.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { upgradeStatus } from '../helpers/ws-client';

describe('an upgrade', () => {
  it.each([
    {
      what: 'a foreign Origin',
      path: '/',
      headers: { origin: 'https://evil.example' },
      status: 403,
      reason: 'origin_not_allowed',
    },
    {
      what: 'a null Origin',
      path: '/',
      headers: { origin: 'null' },
      status: 403,
      reason: 'origin_not_allowed',
    },
    {
      what: 'a loopback Origin that is not listed',
      path: '/',
      headers: { origin: 'http://127.0.0.1:3000' },
      status: 403,
      reason: 'origin_not_allowed',
    },
    {
      what: 'a foreign Host',
      path: '/',
      headers: { host: 'evil.example' },
      status: 403,
      reason: 'host_not_allowed',
    },
    {
      what: 'a Host without our port',
      path: '/',
      headers: { host: '127.0.0.1' },
      status: 403,
      reason: 'host_not_allowed',
    },
    { what: 'an unknown path', path: '/other', headers: {}, status: 404, reason: 'path_not_found' },
    {
      what: 'a token in the URL',
      path: '/?token=secret-in-the-url',
      headers: {},
      status: 400,
      reason: 'secret_in_url',
    },
  ])('with $what is refused with $status', async ({ path, headers, status, reason }) => {
    const core = await startTestCore();
    expect(await upgradeStatus(`${core.url}${path}`, { headers })).toBe(status);
    expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason, answer: `HTTP ${status}` }]);
    expect(JSON.stringify(core.attempts())).not.toContain('secret-in-the-url');
  });

  it('with a listed Origin goes on', async () => {
    const origin = 'https://panel.example';
    const core = await startTestCore({ settings: { gateway: { controlUi: { allowedOrigins: [origin] } } } });
    expect(await upgradeStatus(core.url, { headers: { origin } })).toBeUndefined();
  });
});
