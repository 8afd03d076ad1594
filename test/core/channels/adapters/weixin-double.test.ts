// The vendor's SDK does not run alone, so its double is held to reference/channels section 6 here, with plain requests.

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Incident } from '../../../doubles/channel-double';
import { startWeixinDouble, type WeixinDouble } from '../../../doubles/weixin';
import { FakeClock } from '../../../helpers/fake-clock';

const BASE_INFO = { channel_version: '2.4.9', bot_agent: 'Test/1.0' };

let clock: FakeClock;
let double: WeixinDouble;

beforeEach(async () => {
  clock = new FakeClock();
  double = await startWeixinDouble({ clock });
});
afterEach(() => double.close());

function headers(token = double.secrets.token): Record<string, string> {
  return {
    'content-type': 'application/json',
    AuthorizationType: 'ilink_bot_token',
    Authorization: `Bearer ${token}`,
    'X-WECHAT-UIN': Buffer.from('4294967295').toString('base64'),
    'iLink-App-Id': 'bot',
    'iLink-App-ClientVersion': '132105',
  };
}

async function post(
  path: string,
  body: object,
  over: Record<string, string | undefined> = {},
): Promise<Response> {
  const all = Object.entries({ ...headers(), ...over }).filter(
    (entry): entry is [string, string] => !!entry[1],
  );
  return fetch(`${double.url}/ilink/bot/${path}`, {
    method: 'POST',
    headers: all,
    body: JSON.stringify({ base_info: BASE_INFO, ...body }),
  });
}

async function json(response: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>;
}

function poll(cursor: unknown = ''): Promise<Response> {
  return post('getupdates', { get_updates_buf: cursor });
}

function send(fields: object): Promise<Record<string, unknown>> {
  const msg = {
    from_user_id: '',
    to_user_id: double.userId,
    client_id: `client-${Math.random()}`,
    message_type: 2,
    message_state: 2,
    item_list: [{ type: 1, text_item: { text: 'hi' } }],
    ...fields,
  };
  return json(post('sendmessage', { msg }));
}

async function newestContext(): Promise<unknown> {
  const { msgs } = await json(poll());
  return (msgs as { context_token: unknown }[]).at(-1)?.context_token;
}

it.each([
  ['AuthorizationType', undefined],
  ['X-WECHAT-UIN', Buffer.from('4294967296').toString('base64')],
  ['X-WECHAT-UIN', undefined],
  ['iLink-App-Id', undefined],
  ['iLink-App-ClientVersion', '2.4.9'],
])('refuses a call whose %s is %s', async (name, value) => {
  expect((await post('msg/notifystart', {}, { [name]: value })).status).toBe(400);
});

it('refuses an authorised call without base_info', async () => {
  expect((await post('getconfig', { base_info: undefined })).status).toBe(400);
});

it('answers -14 with HTTP 200 to another token, and to the right one once it was displaced or revoked', async () => {
  expect(await json(post('msg/notifystart', {}, { Authorization: 'Bearer other' }))).toMatchObject({
    errcode: -14,
  });
  expect(await json(post('msg/notifystart', {}))).toMatchObject({ ret: 0 });
  const before = headers();
  const held = poll();
  await double.happen('kick');
  expect(await json(held)).toMatchObject({ errcode: -14 });
  expect(await json(post('getconfig', {}, before))).toMatchObject({ errcode: -14 });
});

it('answers 404 to a path that the wire does not have', async () => {
  expect((await post('getmessages', {})).status).toBe(404);
  expect((await fetch(`${double.url}/ilink/bot/getupdates`)).status).toBe(404);
});

it('holds a poll for 35 s and answers it empty then', async () => {
  const held = poll();
  await double.linked();
  clock.advance(35_000);
  expect(await json(held)).toEqual({
    ret: 0,
    msgs: [],
    get_updates_buf: expect.stringMatching(/./),
    longpolling_timeout_ms: 35_000,
  });
});

it('answers a held poll with a message whose id is a bare number beyond 2^53', async () => {
  const held = poll();
  await double.linked();
  const id = await double.deliver({ text: 'hello' });
  const text = await (await held).text();
  expect(text).toMatch(new RegExp(`"message_id":${id}[,}]`));
  expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
});

it('delivers again what was not acknowledged by its cursor', async () => {
  await double.deliver({ text: 'one' });
  const first = await json(poll());
  expect((await json(poll())).msgs).toHaveLength(1);
  await double.deliver({ text: 'two' });
  expect((await json(poll(first.get_updates_buf))).msgs).toHaveLength(1);
  expect((await poll('made-up')).status).toBe(400);
});

it('takes a text only with the newest context token, ten in a turn, within 24 h', async () => {
  expect(await send({})).toMatchObject({ ret: -2 });
  await double.deliver({ text: 'one' });
  const old = await newestContext();
  await double.deliver({ text: 'two' });
  const context_token = await newestContext();
  expect(await send({ context_token: old })).toMatchObject({ ret: -2 });
  for (let i = 0; i < 10; i += 1) expect(await send({ context_token })).toMatchObject({ ret: 0 });
  expect(await send({ context_token })).toMatchObject({ ret: -2 });
  await double.deliver({ text: 'three' });
  const fresh = { context_token: await newestContext() };
  expect(await send(fresh)).toMatchObject({ ret: 0, message_id: expect.any(Number) });
  clock.advance(86_400_000);
  expect(await send(fresh)).toMatchObject({ ret: -2 });
  expect(double.sent).toHaveLength(11);
});

it('refuses an empty text with -2, and a message of another form', async () => {
  await double.deliver({ text: 'one' });
  const context_token = await newestContext();
  expect(await send({ context_token, item_list: [{ type: 1, text_item: { text: '' } }] })).toMatchObject({
    ret: -2,
  });
  expect(await send({ context_token, message_type: 1 })).toMatchObject({ ret: -1 });
  expect(await send({ context_token, client_id: '' })).toMatchObject({ ret: -1 });
  expect(double.sent).toEqual([]);
});

it('gives a typing ticket for a person it knows, and takes only that', async () => {
  const config = await json(post('getconfig', { ilink_user_id: double.userId }));
  expect(config).toMatchObject({ ret: 0, typing_ticket: expect.any(String) });
  const typing = { ilink_user_id: double.userId, typing_ticket: config.typing_ticket, status: 1 };
  expect(await json(post('sendtyping', typing))).toEqual({ ret: 0 });
  expect(await json(post('sendtyping', { ...typing, status: 3 }))).toMatchObject({ ret: -1 });
  expect(await json(post('getconfig', { ilink_user_id: 'nobody' }))).toMatchObject({ ret: -1 });
});

it('gives a QR code to nobody with a token in the header or more than ten in the list', async () => {
  const ask = (body: object, over = {}) => post('get_bot_qrcode?bot_type=3', body, over);
  expect((await ask({ local_token_list: [] })).status).toBe(400);
  const anonymous = { Authorization: undefined };
  expect((await ask({ local_token_list: Array(11).fill('x') }, anonymous)).status).toBe(400);
  expect(await json(ask({ local_token_list: ['x'] }, anonymous))).toEqual({
    ret: 0,
    qrcode: 'qr-double-1',
    qrcode_img_content: expect.stringContaining('https://'),
  });
});

it('tells a login once it is confirmed, and its token displaces the one before', async () => {
  const before = headers();
  await post('get_bot_qrcode?bot_type=3', { local_token_list: [] }, { Authorization: undefined });
  const { 'iLink-App-Id': id, 'iLink-App-ClientVersion': version } = headers();
  const status = () =>
    json(
      fetch(`${double.url}/ilink/bot/get_qrcode_status?qrcode=qr-double-1`, {
        headers: { 'iLink-App-Id': id ?? '', 'iLink-App-ClientVersion': version ?? '' },
      }),
    );
  double.qr.scan();
  expect(await status()).toEqual({ ret: 0, status: 'scaned' });
  double.qr.confirm();
  const login = await status();
  expect(login).toEqual({
    ret: 0,
    status: 'confirmed',
    bot_token: double.secrets.token,
    ilink_bot_id: double.botId,
    baseurl: double.url,
    ilink_user_id: double.userId,
  });
  expect(await json(post('msg/notifystart', {}, before))).toMatchObject({ errcode: -14 });
});

it('throws for an incident that this wire does not have', async () => {
  const held = poll();
  expect(double.incidents).not.toContain('rotate');
  await double.linked();
  await expect(double.happen('rotate' as Incident)).rejects.toThrow("WeChat's wire has no rotate");
  await double.happen('close');
  await held;
});
