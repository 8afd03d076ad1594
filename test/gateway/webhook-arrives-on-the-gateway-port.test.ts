// The channel seam from end to end: set up a webhook, deliver to the gateway's own port, and every place that shows
// channels says the same: not checked before the first delivery, connected after it.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';
import { eventually } from './eventually';

async function withWebhook() {
  const core = await startTestCore();
  expect(await core.channels.setEnabled('webhook', 'default', true)).toMatchObject({ ok: true });
  const secret = await core.channels.newSecret('webhook', 'default');
  if (!secret.ok) throw new Error(secret.error.message);
  // Its account opens its store first, on the disk.
  await eventually(() => core.channels.statuses()[0]?.phase === 'ready');
  const deliver = (body: unknown, authorization = `Bearer ${secret.value.expose()}`) =>
    fetch(`http://127.0.0.1:${core.port}/channels/webhook/default`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });
  return { core, deliver, secret: secret.value.expose() };
}

const MESSAGE = { id: 'm1', conversation: 'c1', sender: 's1', text: 'hello' };

describe('a webhook', () => {
  it('is not checked until its first delivery, then connected with a dated proof', async () => {
    const { core, deliver } = await withWebhook();
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: core.token() }));
    expect(core.status.snapshot().channels).toMatchObject([{ word: 'not-checked', phase: 'ready' }]);
    const before = (await client.request('channels.status')).payload.channelAccounts.webhook[0];
    expect(before).toMatchObject({ accountId: 'default', running: true, configured: true });
    expect(before.connected).toBeUndefined();

    const received = new Promise((resolve) => core.channels.onInbound(resolve));
    expect((await deliver(MESSAGE)).status).toBe(202);
    expect(await received).toMatchObject({ channel: 'webhook', messageId: 'm1', text: 'hello' });

    expect(core.status.snapshot().channels).toMatchObject([
      { word: 'connected', received: 1, evidence: { what: 'delivery accepted' } },
    ]);
    const health = await client.frame((frame) => frame.event === 'health');
    expect(health.payload.channels.webhook).toMatchObject({ configured: true });
  });

  it('refuses a wrong secret without telling or logging either', async () => {
    const { core, deliver, secret } = await withWebhook();
    const wrong = 'wrong-secret-wrong-secret-wrong';
    expect((await deliver(MESSAGE, `Bearer ${wrong}`)).status).toBe(401);
    const [account] = core.status.snapshot().channels;
    expect(account).toMatchObject({ rejected: 1, lastError: { class: 'auth' } });
    const everything = JSON.stringify([core.status.snapshot(), core.logLines()]);
    expect(everything).not.toContain(wrong);
    expect(everything).not.toContain(secret);
  });

  it('is unknown, not broken, while the gateway is down', async () => {
    const { core, deliver } = await withWebhook();
    await deliver(MESSAGE);
    await core.gateway.stop('stopped');
    expect(core.status.snapshot().channels).toMatchObject([{ word: 'unknown' }]);
    await core.gateway.start();
    expect(core.status.snapshot().channels).toMatchObject([{ word: 'connected' }]);
  });

  it('cannot be set up under a name that settings refuse, and an unknown channel stays unknown', async () => {
    const core = await startTestCore();
    expect(await core.channels.setEnabled('webhook', '../evil', true)).toMatchObject({ ok: false });
    expect(await core.channels.setEnabled('pigeon', 'default', true)).toMatchObject({
      ok: false,
      error: { code: 'unknown_channel' },
    });
  });
});
