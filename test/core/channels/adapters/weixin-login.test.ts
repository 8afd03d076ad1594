import { afterEach, beforeEach, expect, it } from 'vitest';
import { weixinAdapter } from '../../../../electron/core/channels/adapters/weixin/weixin-adapter';
import type { Login, LoginStep } from '../../../../electron/core/channels/channel-adapter';
import { Secret } from '../../../../electron/core/lib/secret';
import { startWeixinDouble, type WeixinDouble } from '../../../doubles/weixin';
import { BareContext } from '../../../helpers/channel-doubles';
import { settle } from '../../../helpers/fake-clock';

const STATUS = 'GET /ilink/bot/get_qrcode_status';

let context: BareContext;
let double: WeixinDouble;

beforeEach(async () => {
  context = new BareContext();
  double = await startWeixinDouble({ clock: context.clock });
});
afterEach(async () => {
  context.abort();
  await double.close();
});

async function begin(knownSecrets: readonly Secret[] = []) {
  const { signal, clock, random, net } = context;
  const endpoints = { login: double.url };
  const started = await weixinAdapter.login?.({ signal, clock, random, net, knownSecrets, endpoints });
  if (started === undefined) throw new Error('no login');
  return started;
}

async function beginOk(): Promise<Login> {
  const started = await begin();
  if (!started.ok) throw new Error(started.error.message);
  return started.value;
}

/** The next step once the poll is held and `act` was done on the phone. */
async function stepAfter(login: Login, act: () => void | Promise<void>, code?: string): Promise<LoginStep> {
  const before = polls();
  const step = login.next(code);
  await settle();
  context.clock.advance(1_000);
  await double.seen(() => polls() > before);
  await act();
  return step;
}

function polls(): number {
  return double.log.filter(({ name }) => name === STATUS).length;
}

it('asks for a code with the ten newest tokens that are known here', async () => {
  const known = Array.from({ length: 12 }, (_, index) => new Secret(`old-token-${index}`));
  const started = await begin(known);
  expect(started).toMatchObject({ ok: true, value: { expiresAt: context.clock.now() + 300_000 } });
  expect(started.ok && started.value.qrText).toContain('https://liteapp.weixin.qq.com/');
  expect(double.log[0]?.body).toEqual({
    local_token_list: known.slice(0, 10).map((secret) => secret.expose()),
  });
});

it('goes from waiting over scanned to connected', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.scan())).toEqual({ state: 'scanned' });
  const connected = await stepAfter(login, () => double.qr.confirm());
  expect(connected).toEqual({
    state: 'connected',
    accountId: 'd0ub1e00c0de-im-bot',
    secrets: { token: expect.any(Secret) },
    stored: {
      baseUrl: double.url,
      botId: double.botId,
      userId: double.userId,
      savedAt: context.clock.now(),
    },
    identity: { id: double.botId },
  });
  if (connected.state !== 'connected') throw new Error('not connected');
  expect(connected.secrets.token?.expose()).toBe(double.secrets.token);
  expect(JSON.stringify(connected)).not.toContain('weixin-double-token');
});

it('says "wait" when nothing happened for as long as the server holds the poll', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => context.clock.advance(35_000))).toEqual({ state: 'wait' });
});

it.each(['hang', 'server-error'] as const)('takes a poll that ends in %s as "nothing new"', async (fault) => {
  const login = await beginOk();
  await stepAfter(login, () => double.qr.scan());
  await double.fault(fault);
  const step = login.next();
  await settle();
  context.clock.advance(1_000);
  await double.seen(() => polls() === 2);
  if (fault === 'hang') context.clock.advance(40_000);
  expect(await step).toEqual({ state: 'scanned' });
});

it('bears four polls without a network and fails at the fifth', async () => {
  const login = await beginOk();
  await double.fault('down');
  const steps: LoginStep[] = [];
  for (let i = 0; i < 5; i += 1) {
    const step = login.next();
    await settle();
    context.clock.advance(1_000);
    steps.push(await step);
  }
  expect(steps.map(({ state }) => state)).toEqual(['wait', 'wait', 'wait', 'wait', 'failed']);
  expect(steps[4]).toMatchObject({ failure: { class: 'network', code: 'ECONNREFUSED' } });
});

it('leaves a second between two polls', async () => {
  const login = await beginOk();
  await stepAfter(login, () => double.qr.scan());
  const step = login.next();
  await settle();
  context.clock.advance(999);
  await settle();
  expect(polls()).toBe(1);
  context.clock.advance(1);
  await double.seen(() => polls() === 2);
  double.qr.confirm();
  expect((await step).state).toBe('connected');
});

it('asks for the number on the phone, sends it, and asks again when it was wrong', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.askCode('4711'))).toEqual({ state: 'need-code' });
  expect(await stepAfter(login, () => undefined, '1234')).toEqual({ state: 'need-code' });
  expect(await stepAfter(login, () => undefined, ' 4711 ')).toEqual({ state: 'scanned' });
  const typed = double.log.map(({ body }) => (body as { verify_code?: string }).verify_code);
  expect(typed.filter((code) => code !== undefined)).toEqual(['1234', '4711']);
});

it('asks nobody while the number is missing or cannot be one', async () => {
  const login = await beginOk();
  await stepAfter(login, () => double.qr.askCode('4711'));
  for (const code of [undefined, 'abcd', '', '1'.repeat(13)]) {
    const step = login.next(code);
    await settle();
    context.clock.advance(1_000);
    expect(await step).toEqual({ state: 'need-code' });
  }
  expect(polls()).toBe(1);
});

it('is blocked after too many wrong numbers', async () => {
  const login = await beginOk();
  await stepAfter(login, () => double.qr.askCode('4711'));
  await stepAfter(login, () => undefined, '1');
  await stepAfter(login, () => undefined, '2');
  expect(await stepAfter(login, () => undefined, '3')).toMatchObject({ state: 'blocked' });
});

it('expires when the vendor says so', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.expire())).toMatchObject({ state: 'expired' });
});

it('expires by itself after five minutes, without another poll', async () => {
  const login = await beginOk();
  context.clock.advance(300_000);
  expect(await login.next()).toMatchObject({ state: 'expired' });
  expect(polls()).toBe(0);
});

it('goes on at the server that the vendor names', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.redirect())).toEqual({ state: 'scanned' });
  expect((await stepAfter(login, () => double.qr.confirm())).state).toBe('connected');
});

it.each(['none', ''])('goes on where it is when a redirect names no server (%j)', async (host) => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.redirect(host))).toEqual({ state: 'scanned' });
  expect((await stepAfter(login, () => double.qr.confirm())).state).toBe('connected');
});

it.each(['evil.example', 'weixin.qq.com@evil.example', 'evil.example/.weixin.qq.com', '/'])(
  'does not follow a redirect to %j',
  async (host) => {
    const login = await beginOk();
    const step = await stepAfter(login, () => double.qr.redirect(host));
    expect(step).toMatchObject({ state: 'failed', failure: { class: 'protocol', code: 'foreign_host' } });
  },
);

it.each([7, ['weixin.qq.com'], { toString: 1 }])(
  'does not follow a redirect to %j, which is no text',
  async (host) => {
    const login = await beginOk();
    const body = JSON.stringify({ ret: 0, status: 'scaned_but_redirect', redirect_host: host });
    double.script('get_qrcode_status', { body });
    expect(await login.next()).toMatchObject({ state: 'failed', failure: { code: 'foreign_host' } });
  },
);

it('is already linked when the phone is linked to this installation', async () => {
  const login = await beginOk();
  expect(await stepAfter(login, () => double.qr.alreadyLinked())).toEqual({ state: 'already-linked' });
});

it.each([
  ['no token', { bot_token: undefined }, 'malformed'],
  ['a token of 5,000 characters', { bot_token: 'x'.repeat(5_000) }, 'malformed'],
  ['no id', { ilink_bot_id: undefined }, 'malformed'],
  ['an id that could be a path', { ilink_bot_id: '../../x@im.bot' }, 'malformed'],
  ['a foreign server', { baseurl: 'https://evil.example' }, 'foreign_host'],
  ['a server without encryption', { baseurl: 'http://ilinkai.weixin.qq.com' }, 'foreign_host'],
])('does not take a confirmation with %s', async (_case, fields, code) => {
  const login = await beginOk();
  const step = await stepAfter(login, () => double.qr.confirm(fields));
  expect(step).toMatchObject({ state: 'failed', failure: { class: 'protocol', code } });
  expect(JSON.stringify(step)).not.toContain('weixin-double-token');
});

it('fails in words at a step that nobody knows', async () => {
  const login = await beginOk();
  const step = await stepAfter(login, () => double.qr.say('levitating'));
  expect(step).toMatchObject({
    state: 'failed',
    failure: { message: 'WeChat answered a login step that is not known "levitating"' },
  });
});

it.each([
  ['down', 'network'],
  ['server-error', 'server'],
  ['rate-limit', 'rate_limited'],
  ['malformed', 'protocol'],
  ['huge', 'protocol'],
] as const)('gives no code when the vendor is %s', async (fault, failureClass) => {
  await double.fault(fault);
  expect(await begin()).toMatchObject({ ok: false, error: { class: failureClass } });
});

it.each([
  '{"ret":0}',
  '{"qrcode":"q","qrcode_img_content":7}',
  `{"qrcode":"q","qrcode_img_content":"${'x'.repeat(2_001)}"}`,
])('gives no code that cannot be drawn', async (body) => {
  double.script('get_bot_qrcode', { body });
  expect(await begin()).toMatchObject({ ok: false, error: { class: 'protocol', code: 'malformed' } });
});

it('ends at once when the login is given up', async () => {
  const login = await beginOk();
  const step = login.next();
  await double.seen(() => polls() === 1);
  context.abort();
  expect(await step).toMatchObject({ state: 'failed', failure: { code: 'aborted' } });
});
