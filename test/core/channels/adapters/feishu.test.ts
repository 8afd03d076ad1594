import { describe, expect, it } from 'vitest';
import { feishuAdapter } from '../../../../electron/core/channels/adapters/feishu/feishu-adapter';
import { CONTROL, encodeFrame } from '../../../../electron/core/channels/adapters/feishu/frame';
import type { Fault } from '../../../doubles/channel-double';
import { SERVICE_ID } from '../../../doubles/feishu/open-platform';
import { accountFor, probeContextOf } from '../../../helpers/adapter-epoch';
import { settle } from '../../../helpers/fake-clock';
import {
  BOT_CALL,
  ENDPOINT_CALL,
  named,
  ready,
  start,
  startDouble,
  TOKEN_CALL,
  UPGRADE,
  values,
} from './feishu-harness';

const WORDS = /^\S+( \S+)+/;

describe('readiness', () => {
  it('is the first answered heartbeat, with the bot as identity', async () => {
    const { double, context } = await ready();
    expect(values(context, 'phase')).toEqual(['authenticating', 'connecting']);
    expect(context.info).toMatchObject({
      mode: 'websocket',
      evidence: 'heartbeat answered',
      identity: { id: double.botId, name: 'Double bot' },
    });
    expect(double.log.map(({ name }) => name)).toEqual([
      TOKEN_CALL,
      BOT_CALL,
      ENDPOINT_CALL,
      UPGRADE,
      'ping',
    ]);
    expect(double.log[2]?.body).toEqual({
      AppID: double.settings.appId,
      AppSecret: double.secrets.appSecret,
    });
  });

  it("does not say connected when the SDK's start() would return, nor when the socket is open", async () => {
    const { double, context } = await startDouble();
    await double.fault('mute');
    const { failure } = start(double, context);
    await double.seen(named('ping'));
    await settle();
    expect([double.links, context.isReady]).toEqual([1, false]);
    context.clock.advance(10_000);
    expect(await failure()).toEqual({
      class: 'network',
      code: 'no_pong',
      message: 'Feishu did not answer a heartbeat within 10 s',
    });
    expect(context.isReady).toBe(false);
  });

  it('does not say connected because the probe works: that asks another server', async () => {
    const { double, context } = await startDouble();
    await double.fault('mute');
    start(double, context);
    await double.seen(named('ping'));
    const account = accountFor(feishuAdapter, double);
    expect(await feishuAdapter.probe?.(account, probeContextOf(context))).toMatchObject({ ok: true });
    expect(context.isReady).toBe(false);
  });

  it('comes once, however many heartbeats are answered', async () => {
    const { double, context } = await ready();
    context.clock.advance(120_000);
    await double.seen(named('ping', 2));
    await context.until((said) => values(said, 'activity').length === 2);
    expect(values(context, 'ready')).toHaveLength(1);
    expect(values(context, 'activity')).toEqual(['heartbeat answered', 'heartbeat answered']);
  });

  it('does without the identity when only that call fails', async () => {
    const { double, context } = await startDouble();
    double.script(BOT_CALL, { body: { code: 19001, msg: 'param is invalid' } });
    start(double, context);
    await context.until(({ isReady }) => isReady);
    expect(context.info?.identity).toBeUndefined();
  });

  it('asks the servers of Lark when the account says so', async () => {
    const { double, context } = await startDouble();
    await double.fault('bad-credential');
    const { failure } = start(double, context, { settings: { domain: 'lark' } });
    expect((await failure()).message).toContain('Lark rejected');
  });
});

describe('a link that lives', () => {
  it('beats as often as the vendor asks in its answers, within 15 s and 120 s', async () => {
    const { double, context } = await startDouble();
    double.platform.pingIntervalS = 30;
    start(double, context);
    await context.until(({ isReady }) => isReady);
    double.platform.pingIntervalS = 1;
    context.clock.advance(30_000);
    await double.seen(named('ping', 2));
    await context.until((said) => values(said, 'activity').length === 2);
    double.platform.pingIntervalS = 3_600;
    context.clock.advance(29_999);
    await double.seen(named('ping', 2));
    context.clock.advance(1);
    await double.seen(named('ping', 3));
    await context.until((said) => values(said, 'activity').length === 3);
    context.clock.advance(14_999);
    await settle();
    expect(double.log.filter(({ name }) => name === 'ping')).toHaveLength(3);
    context.clock.advance(1);
    await double.seen(named('ping', 4));
    await context.until((said) => values(said, 'activity').length === 4);
    context.clock.advance(120_000);
    await double.seen(named('ping', 5));
  });

  it('takes any frame after a heartbeat for a sign of life', async () => {
    const { double, context, end } = await ready();
    await double.fault('mute');
    context.clock.advance(120_000);
    await double.seen(named('ping', 2));
    await double.pushFrame({ type: 'card' }, '{}');
    await context.until((said) => values(said, 'activity').includes('event received'));
    context.clock.advance(10_000);
    await settle();
    expect(await Promise.race([end, Promise.resolve('alive')])).toBe('alive');
  });

  it('stays a link when a pong brings nonsense', async () => {
    const { double, context, end } = await ready();
    const pong = {
      SeqID: 0n,
      LogID: 0n,
      service: SERVICE_ID,
      method: CONTROL,
      headers: [{ key: 'type', value: 'pong' }],
    };
    for (const payload of ['no json', '[]', '{"PingInterval":"1"}', '{"PingInterval":null}']) {
      await double.raw(Buffer.from(encodeFrame({ ...pong, payload: Buffer.from(payload) })));
    }
    await context.until((said) => values(said, 'activity').length === 5);
    context.clock.advance(119_999);
    expect(double.log.filter(({ name }) => name === 'ping')).toHaveLength(1);
    expect(await Promise.race([end, Promise.resolve('alive')])).toBe('alive');
  });
});

describe('the end of an epoch', () => {
  it('a half-open socket does not stay connected forever: no pong within 10 s ends it', async () => {
    const { double, context, failure } = await ready();
    await double.fault('mute');
    context.clock.advance(120_000);
    await double.seen(named('ping', 2));
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'no_pong' });
    expect(double.links).toBe(0);
  });

  it.each([
    [1000, 'network'],
    [1001, 'network'],
    [1011, 'server'],
    [1012, 'server'],
    [4001, 'network'],
  ])('close code %i is told as such', async (code, failureClass) => {
    const { double, failure } = await ready();
    await double.closeWith(code);
    const message = `Feishu closed the connection (code ${code})`;
    expect(await failure()).toEqual({ class: failureClass, code, message });
  });

  it('a cut connection is told as such', async () => {
    const { double, failure } = await ready();
    await double.happen('cut');
    expect(await failure()).toMatchObject({ class: 'network', message: expect.stringMatching(WORDS) });
  });

  it.each([
    ['no frame', Buffer.from([0xff]), 'bad_frame'],
    ['a frame with less than its four fields', Buffer.from([0x08, 0x01]), 'bad_frame'],
    ['text', '{"type":"pong"}', 'bad_frame'],
    ['a frame of more than 1 MiB', Buffer.alloc(1024 * 1024 + 1), 'too_large'],
  ])('%s is a breach of the protocol, in words', async (_what, data, code) => {
    const { double, failure } = await ready();
    await double.raw(data);
    expect(await failure()).toMatchObject({ class: 'protocol', code, message: expect.stringMatching(WORDS) });
  });

  it('a revoked credential is found at the next start: blocked for a person, not retried in silence', async () => {
    const first = await ready();
    await first.double.happen('revoke');
    expect(await first.failure()).toMatchObject({ class: 'network', code: 1000 });
    const second = await startDouble();
    const { failure } = start(first.double, second.context);
    expect(await failure()).toMatchObject({ class: 'auth', code: 10014 });
  });
});

describe('what goes wrong before', () => {
  it.each([
    ['bad-credential', 'auth', 10014],
    ['rate-limit', 'rate_limited', 99991400],
    ['server-error', 'server', 500],
    ['malformed', 'protocol', 'not_json'],
    ['huge', 'protocol', 'too_large'],
    ['down', 'network', 'ECONNREFUSED'],
  ] satisfies [Fault, string, string | number][])('%s is told as %s', async (fault, failureClass, code) => {
    const { double, context } = await startDouble();
    await double.fault(fault);
    const { failure } = start(double, context);
    expect(await failure()).toMatchObject({
      class: failureClass,
      code,
      message: expect.stringMatching(WORDS),
    });
    expect(context.isReady).toBe(false);
  });

  it('waits as long as the vendor asks', async () => {
    const { double, context } = await startDouble();
    await double.fault('rate-limit');
    expect(await start(double, context).failure()).toMatchObject({ retryAfterMs: 2_000 });
  });

  it('reads a rate limit in the older form, with HTTP 400', async () => {
    const { double, context } = await startDouble();
    const headers = { 'x-ogw-ratelimit-reset': '52' };
    double.script(TOKEN_CALL, { status: 400, headers, body: { code: 99991400, msg: '' } });
    const failure = await start(double, context).failure();
    expect(failure).toMatchObject({ class: 'rate_limited', retryAfterMs: 52_000 });
  });

  it('gives up on a vendor that hangs', async () => {
    const { double, context } = await startDouble();
    await double.fault('hang');
    const { failure } = start(double, context);
    await double.seen(named(TOKEN_CALL));
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
  });

  it('names the way out for a wrong secret, and the form of an app id that has none', async () => {
    const { double, context } = await startDouble();
    const wrong = await start(double, context, { secrets: { appSecret: 'wrong' } }).failure();
    expect(wrong).toMatchObject({
      class: 'auth',
      code: 10014,
      message: 'Feishu rejected the app id or the app secret (code 10014)',
      fix: 'Copy both again from open.feishu.cn/app: your app, "Credentials & Basic Info".',
    });
    const next = await startDouble();
    const odd = await start(next.double, next.context, { settings: { appId: 'my-app' } }).failure();
    expect(odd).toMatchObject({ class: 'auth', fix: expect.stringContaining('"cli_" and 16 more') });
  });

  it('an app id of an odd form is sent to the vendor and does not leave the account idle in silence', async () => {
    const { double, context } = await startDouble();
    await start(double, context, { settings: { appId: 'my-app' } }).failure();
    expect(double.log).toEqual([
      expect.objectContaining({ name: TOKEN_CALL, body: expect.objectContaining({ app_id: 'my-app' }) }),
    ]);
  });

  it.each([
    [1, 'server'],
    [1000040343, 'server'],
    [1000040345, 'server'],
    [403, 'permission'],
    [1000040350, 'permission'],
    [514, 'auth'],
    [77, 'server'],
  ])('endpoint code %i is of class %s', async (code, failureClass) => {
    const { double, context } = await startDouble();
    double.script(ENDPOINT_CALL, { body: { code, msg: 'x' } });
    const failure = await start(double, context).failure();
    expect(failure).toMatchObject({ class: failureClass, code, message: expect.stringMatching(WORDS) });
    if (failureClass !== 'server') expect(failure.fix).toMatch(WORDS);
  });

  it('an endpoint without data is a busy vendor', async () => {
    const { double, context } = await startDouble();
    double.script(ENDPOINT_CALL, { body: { code: 0, msg: '', data: null } });
    expect(await start(double, context).failure()).toMatchObject({ class: 'server', code: 0 });
  });

  it.each([
    ['no object', []],
    ['no code', { msg: 'ok' }],
    ['a code that is text', { code: '0' }],
    ['no URL', { code: 0, data: {} }],
    ['a URL of another type', { code: 0, data: { URL: 7 } }],
  ])('an endpoint answer with %s is a breach of the protocol', async (_what, body) => {
    const { double, context } = await startDouble();
    double.script(ENDPOINT_CALL, { body: body as never });
    expect(await start(double, context).failure()).toMatchObject({ class: 'protocol' });
  });

  it.each([
    'wss://evil.example/ws?ticket=1',
    'ws://open.feishu.cn/ws?ticket=1',
    'http://127.0.0.2:80/',
    'ftp://feishu.cn/',
    'not a url',
    '',
  ])('does not follow the endpoint to %j', async (url) => {
    const { double, context } = await startDouble();
    double.script(ENDPOINT_CALL, { body: { code: 0, data: { URL: url, ClientConfig: {} } } });
    const failure = await start(double, context).failure();
    expect(failure).toMatchObject({ class: 'protocol', code: 'foreign_url' });
    expect(double.log.some(({ name }) => name === UPGRADE)).toBe(false);
  });

  it.each([0, 1, 3, 4, 5, 6, 9])('an app with activate_status %i waits for a person', async (status) => {
    const { double, context } = await startDouble();
    double.platform.activateStatus = status;
    expect(await start(double, context).failure()).toMatchObject({
      class: 'permission',
      code: `activate_status_${status}`,
      fix: expect.stringContaining('release the app'),
    });
  });

  it('an app without a bot waits for a person', async () => {
    const { double, context } = await startDouble();
    double.script(BOT_CALL, { body: { code: 11205, msg: 'app do not have bot' } });
    const failure = await start(double, context).failure();
    expect(failure).toMatchObject({ class: 'permission', code: 11205, fix: expect.stringMatching(WORDS) });
  });

  it.each([
    [{ 'Handshake-Status': '514', 'Handshake-Autherrcode': '1000040350' }, 'permission', 1000040350],
    [{ 'Handshake-Status': '403', 'Handshake-Msg': 'forbidden' }, 'permission', 403],
    [{ 'Handshake-Status': '514', 'Handshake-Autherrcode': '1000040344' }, 'server', 1000040344],
    [{ 'Handshake-Status': '514', 'Handshake-Msg': 'ticket expired' }, 'server', 514],
    [{}, 'permission', 403],
  ] as const)('reads the headers of a refused upgrade: %j', async (headers, failureClass, code) => {
    const { double, context } = await startDouble();
    double.refuseUpgrade(headers);
    const failure = await start(double, context).failure();
    expect(failure).toMatchObject({ class: failureClass, code, message: expect.stringMatching(WORDS) });
  });

  it('takes a new ticket for every epoch', async () => {
    const first = await ready();
    await first.double.closeWith(1000);
    await first.end;
    const { context } = await startDouble();
    start(first.double, context);
    await context.until(({ isReady }) => isReady);
    expect(first.double.log.filter(({ name }) => name === ENDPOINT_CALL)).toHaveLength(2);
  });
});

describe('a stop', () => {
  it.each([
    ['during the token call', TOKEN_CALL, 'hang'],
    ['during the upgrade', UPGRADE, 'hang-upgrade'],
    ['before the first pong', 'ping', 'mute'],
  ])('%s settles at once', async (_when, name, fault) => {
    const { double, context } = await startDouble();
    if (fault !== 'hang-upgrade') await double.fault(fault as Fault);
    const { end } = start(double, context);
    if (fault === 'hang-upgrade') {
      await double.seen(named(ENDPOINT_CALL));
      await double.fault('hang');
    }
    await double.seen(named(name));
    context.abort();
    await settle();
    context.clock.advance(500);
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.isReady).toBe(false);
  });

  it('closes a live link and says goodbye', async () => {
    const { double, context, end } = await ready();
    context.abort();
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
    expect(double.links).toBe(0);
  });

  it('does not wait for a peer that does not answer the close', async () => {
    const { double, context, end } = await ready();
    await double.deaf();
    context.abort();
    await settle();
    context.clock.advance(500);
    expect(await end).toEqual({ kind: 'aborted' });
  });
});
