// SEC-45 with the real credential: what opens the gateway, now or still, is taken as no secret of a channel, whether a
// person typed it or a login brought it, and no refusal says it.

import { expect, it } from 'vitest';
import { Secret } from '../../electron/core/lib/secret';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('SEC-45: the credential of now, the one in its grace, and either with spaces around it', async () => {
  const core = await startTestCore();
  const before = core.token();
  await core.tokens.rotate({ reason: 'routine', graceMs: 60_000, by: 'panel' });
  const now = core.token();
  for (const text of [before, now, ` ${now}\n`]) {
    const draft = {
      channel: 'feishu',
      accountId: 'default',
      create: true,
      values: { appId: 'cli_1' },
      secrets: { appSecret: new Secret(text) },
    };
    const saved = await core.channelEditor.save(draft, { unchecked: true });
    expect(saved).toMatchObject({ ok: false, error: { code: 'in_use', field: 'appSecret' } });
    expect(JSON.stringify(saved)).not.toContain(text.trim());
    const linked = await core.channelEditor.link('openclaw-weixin', 'me', {
      state: 'connected',
      accountId: 'me',
      secrets: { token: new Secret(text) },
      stored: {},
    });
    expect(linked).toMatchObject({ ok: false, error: { code: 'in_use', field: 'token' } });
  }
  expect(core.channels.statuses()).toEqual([]);
  await core.tokens.retireGrace('panel');
  const free = await core.channelEditor.link('openclaw-weixin', 'me', {
    state: 'connected',
    accountId: 'me',
    secrets: { token: new Secret(before) },
    stored: {},
  });
  expect(free).toMatchObject({ ok: true });
});

const HOOK = 'wH5-channel-Qa77_pprT31-yUee20';

it('SEC-45: a secret of a channel or of cron is not adopted as the credential, nor cron’s taken for a channel', async () => {
  const core = await startTestCore({
    settings: { channels: { webhook: { accounts: { a: { enabled: true } } } } },
    secrets: { 'webhook/a': HOOK },
  });
  const signing = await core.cron.signingSecret();
  const cron = signing.ok ? signing.value.expose() : '';
  const client = await TestClient.open(core.url);
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'] }));
  const before = core.token();
  for (const token of [HOOK, ` ${HOOK}\n`, cron]) {
    const adopted = await client.request('gatehouse.token.adopt', { token });
    expect(adopted.error).toMatchObject({ code: 'INVALID_REQUEST', details: { problem: 'in-use' } });
    expect(JSON.stringify(adopted)).not.toContain(token.trim());
  }
  expect(core.token()).toBe(before);
  const draft = {
    channel: 'feishu',
    accountId: 'default',
    create: true,
    values: { appId: 'cli_1' },
    secrets: { appSecret: new Secret(cron) },
  };
  const saved = await core.channelEditor.save(draft, { unchecked: true });
  expect(saved).toMatchObject({ ok: false, error: { code: 'in_use', field: 'appSecret' } });
});
