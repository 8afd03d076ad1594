// QQ has no SDK that runs here, so its double is held against the facts of reference/channels section 5 by hand: with
// plain fetch and a plain WebSocket, not with our adapter.

import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type QqDouble, startQqDouble } from '../../../doubles/qqbot';
import { FakeClock } from '../../../helpers/fake-clock';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start() {
  const clock = new FakeClock();
  const double = await startQqDouble({ clock });
  cleanups.push(() => double.close());
  const { api } = double.settings.endpoints as { api: string };
  const appId = double.settings.appId as string;
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    const reply = await fetch(api + path, {
      ...init,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  const tokenOf = (body: unknown) => post('/app/getAppAccessToken', body).then((reply) => reply.body);
  return {
    double,
    clock,
    api,
    appId,
    post,
    tokenOf,
    good: { appId, clientSecret: double.secrets.clientSecret },
  };
}

/** A client that keeps every frame. */
async function open(double: QqDouble) {
  const socket = new WebSocket(double.gatewayUrl);
  cleanups.push(() => socket.terminate());
  const frames: { op: number; t?: string; s?: number; d?: unknown }[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    for (const look of [...waiting]) look();
  });
  const frame = (match: (frame: (typeof frames)[number]) => boolean) =>
    new Promise<(typeof frames)[number]>((resolve) => {
      const look = () => {
        const found = frames.find(match);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
    });
  await frame(({ op }) => op === 10);
  return {
    frames,
    frame,
    say: (value: unknown) => socket.send(JSON.stringify(value)),
    closed: once(socket, 'close').then(([code]) => code as number),
    terminate: () => socket.terminate(),
  };
}

describe('the double’s access token', () => {
  it('comes with a lifetime in text, and is the same until its last minute', async () => {
    const { tokenOf, good, clock } = await start();
    const first = await tokenOf(good);
    expect(first).toEqual({ access_token: expect.any(String), expires_in: '7200' });
    clock.advance(7_139_000);
    expect(await tokenOf(good)).toEqual({ access_token: first.access_token, expires_in: '61' });
    clock.advance(1_000);
    const second = await tokenOf(good);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.expires_in).toBe('7200');
  });

  it('is not given for a wrong secret, an app id that is a number, or another content type', async () => {
    const { tokenOf, good, post } = await start();
    expect(await tokenOf({ ...good, clientSecret: 'x' })).toMatchObject({ code: 100016 });
    expect(await tokenOf({ ...good, appId: Number(good.appId) })).toMatchObject({ code: 100002 });
    const plain = await post('/app/getAppAccessToken', good, { 'content-type': 'text/plain' });
    expect(plain.body).toMatchObject({ code: 100007 });
  });
});

describe('the double’s interface', () => {
  it('wants the token with its scheme, and knows no other paths', async () => {
    const { tokenOf, good, api } = await start();
    const { access_token: token } = await tokenOf(good);
    const get = async (path: string, authorization: string) => {
      const reply = await fetch(api + path, { headers: { authorization } });
      return { status: reply.status, body: await reply.json() };
    };
    expect(await get('/users/@me', `Bearer ${token}`)).toMatchObject({ status: 401, body: { code: 11243 } });
    expect(await get('/users/@me', 'QQBot wrong')).toMatchObject({ status: 401, body: { code: 11244 } });
    expect(await get('/users/@me', `QQBot ${token}`)).toMatchObject({
      status: 200,
      body: { username: 'Double Bot' },
    });
    expect(await get('/gateway/bot', `QQBot ${token}`)).toMatchObject({
      body: {
        url: expect.stringMatching(/^ws:/),
        session_start_limit: { remaining: 1_000, max_concurrency: 1 },
      },
    });
    expect(await get('/gateway', `QQBot ${token}`)).toMatchObject({ body: { url: expect.any(String) } });
    expect(await get('/elsewhere', `QQBot ${token}`)).toMatchObject({ status: 404 });
  });

  it('takes an answer once per number, five per message, and none too late or to nothing', async () => {
    const { double, tokenOf, good, post, clock } = await start();
    const { access_token: token } = await tokenOf(good);
    const id = await double.deliver({ text: 'hi', sender: 'U' });
    const answer = (changes: object) =>
      post(
        '/v2/users/U/messages',
        { content: 'x', msg_type: 0, msg_id: id, ...changes },
        { authorization: `QQBot ${token}` },
      );
    expect(await answer({ msg_seq: 1 })).toMatchObject({ status: 200, body: { id: expect.any(String) } });
    expect(await answer({ msg_seq: 1 })).toMatchObject({ status: 400, body: { code: 40054005 } });
    for (const msg_seq of [2, 3, 4, 5]) expect((await answer({ msg_seq })).status).toBe(200);
    expect(await answer({ msg_seq: 6 })).toMatchObject({ body: { code: 22009 } });
    expect(await answer({ msg_id: 'foreign' })).toMatchObject({ body: { code: 40034024 } });
    expect(await answer({ msg_id: undefined })).toMatchObject({ body: { code: 40034102 } });
    clock.advance(3_600_000);
    expect(await answer({ msg_seq: 7 })).toMatchObject({ body: { code: 304027 } });
    expect(double.sent).toHaveLength(5);
  });
});

describe('the double’s gateway', () => {
  async function linked() {
    const setup = await start();
    const { access_token: token } = await setup.tokenOf(setup.good);
    const identify = { token: `QQBot ${token}`, intents: 1174409216, shard: [0, 1], properties: {} };
    return { ...setup, identify };
  }

  it('greets, starts a session, answers heartbeats and counts its events up', async () => {
    const { double, identify } = await linked();
    const client = await open(double);
    expect(client.frames[0]).toEqual({ op: 10, d: { heartbeat_interval: 45_000 } });
    client.say({ op: 2, d: identify });
    const ready = await client.frame(({ t }) => t === 'READY');
    expect(ready).toMatchObject({ op: 0, s: 1, d: { session_id: expect.any(String), user: { bot: true } } });
    client.say({ op: 1, d: 1 });
    await client.frame(({ op }) => op === 11);
    await double.deliver({ text: 'a', conversation: 'group:G' });
    const event = await client.frame(({ t }) => t === 'GROUP_AT_MESSAGE_CREATE');
    expect(event).toMatchObject({ s: 2, d: { group_openid: 'G', content: ' a' } });
  });

  it('closes a session whose client has stopped its heartbeats, and tells it nothing more', async () => {
    const { double, clock, identify } = await linked();
    const client = await open(double);
    client.say({ op: 2, d: identify });
    await client.frame(({ t }) => t === 'READY');
    clock.advance(100_000);
    await double.deliver({ text: 'to nobody' });
    expect(await client.closed).toBe(4009);
    expect(client.frames.map(({ t }) => t)).not.toContain('C2C_MESSAGE_CREATE');
  });

  it('replays what was missed, then says RESUMED', async () => {
    const { double, identify } = await linked();
    const first = await open(double);
    first.say({ op: 2, d: identify });
    const ready = await first.frame(({ t }) => t === 'READY');
    const { session_id } = ready.d as { session_id: string };
    first.terminate();
    await first.closed;
    await double.seen(() => double.links === 0);
    await double.deliver({ text: 'missed' });
    const second = await open(double);
    second.say({ op: 6, d: { token: identify.token, session_id, seq: 1 } });
    await second.frame(({ t }) => t === 'RESUMED');
    expect(second.frames.map(({ t }) => t)).toEqual([undefined, 'C2C_MESSAGE_CREATE', 'RESUMED']);
  });

  it.each<[string, (identify: object) => unknown, number]>([
    ['no JSON', () => 'hello', 4002],
    ['a token without its scheme', (identify) => ({ op: 2, d: { ...identify, token: 'x' } }), 4004],
    ['an intent that is not granted', (identify) => ({ op: 2, d: { ...identify, intents: 1 << 1 } }), 4014],
    ['no shard', (identify) => ({ op: 2, d: { ...identify, shard: undefined } }), 4002],
    ['another frame before Identify', () => ({ op: 3, d: {} }), 4003],
  ])('closes on %s', async (_what, frame, code) => {
    const { double, identify } = await linked();
    const client = await open(double);
    client.say(frame(identify));
    expect(await client.closed).toBe(code);
  });

  it('closes on an Identify that did not wait for the greeting', async () => {
    const { double, identify } = await linked();
    await double.fault('mute');
    const socket = new WebSocket(double.gatewayUrl);
    cleanups.push(() => socket.terminate());
    await once(socket, 'open');
    socket.send(JSON.stringify({ op: 2, d: identify }));
    const [code] = await once(socket, 'close');
    expect([code, double.identifies]).toEqual([4003, 0]);
  });

  it('answers a session that it does not know with Invalid Session', async () => {
    const { double, identify } = await linked();
    const client = await open(double);
    client.say({ op: 6, d: { token: identify.token, session_id: 'gone', seq: 1 } });
    expect(await client.frame(({ op }) => op === 9)).toEqual({ op: 9, d: false });
  });

  it('knows no kick', async () => {
    const { double } = await linked();
    await expect(double.happen('kick')).rejects.toThrow('no kick');
  });
});
