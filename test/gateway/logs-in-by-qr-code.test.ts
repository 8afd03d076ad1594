// web.login.start and web.login.wait (protocol section 5.2) against WeChat's double: the picture, the words, the end.

import { describe, expect, it } from 'vitest';
import { qrImage } from '../../electron/core/gateway/methods/qr-image';
import { startWeixinDouble } from '../doubles/weixin';
import { startWithChannels } from './channel-core';

const WEIXIN = 'openclaw-weixin';
const PNG = /^data:image\/png;base64,iVBORw0KGgo/;

async function prepared(options: { readonly linked?: boolean } = {}) {
  const double = await startWeixinDouble({ holdMs: 50 });
  // Without its token nobody is logged in yet.
  const world = await startWithChannels(options.linked === true ? double : { ...double, secrets: {} });
  return { double, ...world, admin: await world.client(['operator.admin']) };
}

describe('a login by QR code', () => {
  it('shows a picture, tells the scan, and ends with an account that works', async () => {
    const { double, admin, core, account } = await prepared();
    const started = await admin.request('web.login.start', { channel: WEIXIN, accountId: 'me' });
    expect(started.payload).toEqual({
      connected: false,
      message: 'Scan the QR code with the phone.',
      qrDataUrl: expect.stringMatching(PNG),
      sessionKey: expect.any(String),
    });
    const { qrDataUrl: currentQrDataUrl } = started.payload;
    expect(currentQrDataUrl.length).toBeLessThanOrEqual(16_384);
    double.qr.scan();
    const scanned = await admin.request('web.login.wait', { accountId: 'me', currentQrDataUrl });
    expect(scanned.payload).toEqual({
      connected: false,
      message: 'Scanned. Confirm the login on the phone.',
    });
    double.qr.confirm();
    const done = await admin.request('web.login.wait', { accountId: 'me', currentQrDataUrl });
    expect(done.payload).toEqual({ connected: true, message: 'Logged in as the account me.' });
    expect(account(WEIXIN, 'me')).toMatchObject({ linked: true, configured: true });
    expect(core.settings.get().channels['openclaw-weixin']?.accounts).toHaveProperty('me');
  });

  it('brings the new picture when the code was renewed, and only then', async () => {
    const { double, admin } = await prepared();
    const { payload } = await admin.request('web.login.start');
    const wait = () => admin.request('web.login.wait', { currentQrDataUrl: payload.qrDataUrl });
    double.qr.expire();
    const renewed = await wait();
    expect(renewed.payload).toEqual({
      connected: false,
      message: 'The QR code is a new one. Scan the QR code with the phone.',
      qrDataUrl: expect.stringMatching(PNG),
    });
    expect(renewed.payload.qrDataUrl).not.toBe(payload.qrDataUrl);
  });

  it('says when there is nothing new within the time that the caller has', async () => {
    const { admin } = await prepared();
    const { payload } = await admin.request('web.login.start', {});
    const { qrDataUrl: currentQrDataUrl, sessionKey } = payload;
    const waited = await admin.request('web.login.wait', { timeoutMs: 1, currentQrDataUrl, sessionKey });
    expect(waited.payload).toEqual({ connected: false, message: 'Scan the QR code with the phone.' });
    // Who shows nothing yet gets the picture.
    expect((await admin.request('web.login.wait', { timeoutMs: 1 })).payload.qrDataUrl).toBe(
      currentQrDataUrl,
    );
  });

  it('leaves a running account alone until the new login is there', async () => {
    const { double, admin, until, account } = await prepared({ linked: true });
    await until(WEIXIN, ({ phase }) => phase === 'ready');
    await admin.request('web.login.start', { accountId: 'default', force: true });
    expect(account(WEIXIN)?.phase).toBe('ready');
    double.qr.alreadyLinked();
    expect((await admin.request('web.login.wait')).payload).toEqual({
      connected: true,
      message: 'This account is logged in here already; nothing has changed.',
    });
    expect(account(WEIXIN)?.phase).toBe('ready');
  });

  it('asks for the number on the phone where it can be typed in', async () => {
    const { double, admin } = await prepared();
    await admin.request('web.login.start');
    double.qr.askCode('42');
    expect((await admin.request('web.login.wait')).payload.message).toBe(
      'The phone shows a number. Type it in on the Channels page of Gatehouse.',
    );
  });

  it('that is not going on is said, not waited for', async () => {
    const { admin } = await prepared();
    const none = { connected: false, message: 'no login is going on; start one first' };
    expect((await admin.request('web.login.wait', {})).payload).toEqual(none);
    await admin.request('web.login.start', { accountId: 'a' });
    expect((await admin.request('web.login.wait', { accountId: 'b' })).payload).toEqual(none);
    expect((await admin.request('web.login.wait', { sessionKey: 'guess' })).payload).toEqual(none);
  });

  it('fails in the words of what is wrong with the vendor', async () => {
    const { double, admin } = await prepared();
    await double.fault('server-error');
    const failed = await admin.request('web.login.start');
    expect(failed.error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(failed.error?.message).toMatch(/[a-z]+ [a-z]+/);
  });

  it('is not offered by other channels, and in no list of methods', async () => {
    const { admin, core } = await prepared();
    for (const method of ['web.login.start', 'web.login.wait']) {
      expect((await admin.request(method, { channel: 'slack' })).error).toMatchObject({
        code: 'INVALID_REQUEST',
        message: 'web login is not supported by provider slack',
      });
      expect((await admin.request(method, { channel: 'telex' })).error?.message).toBe(
        'web login provider is not available',
      );
    }
    expect(core.gateway.status().state).toBe('listening');
  });

  it.each(['web.login.start', 'web.login.wait'])('needs the admin scope: %s', async (method) => {
    const { client } = await prepared();
    const writer = await client(['operator.write']);
    expect((await writer.request(method)).error?.message).toBe('missing scope: operator.admin');
  });
});

it('a text that no code can hold has no picture', async () => {
  expect(await qrImage('x'.repeat(5_000))).toBeUndefined();
  expect(await qrImage(`https://liteapp.weixin.qq.com/q/${'a'.repeat(300)}`)).toMatch(PNG);
});
