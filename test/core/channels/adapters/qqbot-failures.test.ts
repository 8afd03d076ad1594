// What goes wrong with a QQ bot before or beside the gateway: the access token, the address, HTTP, stopping.

import { afterEach, describe, expect, it } from 'vitest';
import { qqbotAdapter } from '../../../../electron/core/channels/adapters/qqbot/qqbot-adapter';
import type { Fault } from '../../../doubles/channel-double';
import { type QqDouble, startQqDouble } from '../../../doubles/qqbot';
import { type AccountChanges, accountFor, probeContextOf, runEpochOf } from '../../../helpers/adapter-epoch';
import { GatewayContext, isReady, seenTimes } from '../../../helpers/gateway-epochs';

const SECRET = 'qq-double-secret-5b1d7e02';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble() {
  const context = new GatewayContext();
  const double = await startQqDouble({ clock: context.clock });
  cleanups.push(() => double.close());
  return { double, context };
}

function run(double: QqDouble, context: GatewayContext, changes: AccountChanges = {}) {
  const epoch = runEpochOf(qqbotAdapter, accountFor(qqbotAdapter, double, changes), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return epoch;
}

function probe(double: QqDouble, context: GatewayContext, changes: AccountChanges = {}) {
  return qqbotAdapter.probe?.(accountFor(qqbotAdapter, double, changes), probeContextOf(context));
}

const refused = (code: number, extra: object = {}, status = 200) => ({
  status,
  body: { code, message: 'no', ...extra },
});

describe('the access token', () => {
  it.each([
    [100001, 'rate_limited'],
    [100002, 'server'],
    [100007, 'auth'],
    [100016, 'auth'],
    [10004, 'auth'],
    [123456, 'server'],
  ])(
    'that QQ refuses with %i is %s: a bad secret is never a silent "disconnected"',
    async (code, failureClass) => {
      const { double, context } = await startDouble();
      double.script('token', refused(code));
      const failure = await run(double, context).failure();
      expect(failure).toMatchObject({
        class: failureClass,
        code,
        message: expect.stringContaining(`code ${code}`),
      });
      if (failureClass === 'auth') expect(failure.fix).toContain('q.qq.com');
      if (failureClass === 'rate_limited') expect(failure.retryAfterMs).toBe(60_000);
    },
  );

  it('is missed whatever the status says', async () => {
    const { double, context } = await startDouble();
    double.script('token', refused(100016, {}, 500));
    expect(await run(double, context).failure()).toMatchObject({ class: 'auth', code: 100016 });
  });

  it.each([
    ['no text', { access_token: 7, expires_in: '7200' }],
    ['a line break', { access_token: 'a\r\nx: y', expires_in: '7200' }],
    ['no end', { access_token: 'abc', expires_in: 'soon' }],
  ])('with %s is refused', async (_what, body) => {
    const { double, context } = await startDouble();
    double.script('token', { status: 200, body });
    expect(await run(double, context).failure()).toMatchObject({ class: 'protocol', code: 'malformed' });
  });

  it('that was revoked while connected ends the link, and the next run says why', async () => {
    const { double, context } = await startDouble();
    const first = run(double, context);
    await isReady(context);
    await double.happen('revoke');
    expect(await first.failure()).toMatchObject({ class: 'auth', code: 4004 });
    const second = run(double, new GatewayContext(context));
    expect(await second.failure()).toMatchObject({ class: 'auth', code: 100016 });
    expect(double.tokenCalls).toBe(2);
  });

  it('is kept out of everything that is said, even when QQ repeats it', async () => {
    const { double, context } = await startDouble();
    await probe(double, context);
    double.script('api', refused(999, { message: `bad ${double.accessToken}` }, 400));
    const failure = await run(double, context).failure();
    const all = JSON.stringify([failure, context.said, context.log.lines, [...context.store.values]]);
    expect(failure.message).toContain('bad …');
    expect(all).not.toContain(double.accessToken);
    expect(all).not.toContain(SECRET);
  });
});

describe('QQ’s interface', () => {
  it('that does not know this address names the page where it is allowed', async () => {
    const { double, context } = await startDouble();
    double.script('api', refused(11298, { err_code: 40023002 }, 401));
    expect(await run(double, context).failure()).toMatchObject({
      class: 'permission',
      code: 11298,
      message: expect.stringContaining('IP address'),
      fix: expect.stringContaining('IP allow list'),
    });
  });

  it.each([
    [11251, 401, 'auth'],
    [11253, 403, 'permission'],
    [11265, 403, 'banned'],
    [11245, 401, 'auth'],
  ])('with code %i (HTTP %i) is %s', async (code, status, failureClass) => {
    const { double, context } = await startDouble();
    double.script('api', refused(code, {}, status));
    expect(await run(double, context).failure()).toMatchObject({ class: failureClass, code });
  });

  it.each<[Fault, string]>([
    ['down', 'network'],
    ['bad-credential', 'auth'],
    ['rate-limit', 'rate_limited'],
    ['server-error', 'server'],
    ['malformed', 'protocol'],
    ['huge', 'protocol'],
  ])('with the fault %s is %s, for the run and the probe', async (fault, failureClass) => {
    const { double, context } = await startDouble();
    await double.fault(fault);
    const failure = await run(double, context).failure();
    expect(failure.class).toBe(failureClass);
    expect(failure.message).not.toMatch(/[{<]/);
    expect(await probe(double, new GatewayContext(context))).toMatchObject({
      ok: false,
      class: failureClass,
    });
  });

  it.each<Fault>(['malformed', 'huge'])('that says something %s on the link ends it', async (fault) => {
    const { double, context } = await startDouble();
    const epoch = run(double, context);
    await isReady(context);
    await double.fault(fault);
    expect(await epoch.failure()).toMatchObject({ class: 'protocol' });
  });

  it.each([
    '[]',
    'null',
    '{}',
    '{"op":"0"}',
    '{"op":0}',
    '{"op":0,"t":"X","s":-1}',
    '{"op":0,"t":"X","s":"1"}',
    'hello',
  ])('that sends %s ends the link', async (text) => {
    const { double, context } = await startDouble();
    const epoch = run(double, context);
    await isReady(context);
    await double.raw(text);
    expect(await epoch.failure()).toMatchObject({ class: 'protocol', code: 'malformed' });
  });

  it.each(['ws://127.0.0.2:9/websocket', 'wss://qq.com.evil.test/websocket', 'https//nonsense'])(
    'that names the address %s is not followed',
    async (url) => {
      const { double, context } = await startDouble();
      double.gatewayUrl = url;
      expect(await run(double, context).failure()).toMatchObject({
        class: 'protocol',
        code: 'foreign_address',
      });
    },
  );

  it('that does not answer is given up after ten seconds', async () => {
    const { double, context } = await startDouble();
    await double.fault('hang');
    const epoch = run(double, context);
    await seenTimes(double, 'POST /app/getAppAccessToken');
    context.clock.advance(10_000);
    expect(await epoch.failure()).toMatchObject({ class: 'network', code: 'timeout' });
  });
});

describe('a stop', () => {
  it.each<[string, string, Fault]>([
    ['while the token is asked for', 'POST /app/getAppAccessToken', 'hang'],
    ['while the greeting is waited for', 'GET /websocket', 'mute'],
    ['once ready', 'identify', 'none'],
  ])('%s leaves nothing behind', async (_when, name, fault) => {
    const { double, context } = await startDouble();
    await double.fault(fault);
    const epoch = run(double, context);
    await seenTimes(double, name);
    if (fault === 'none') await isReady(context);
    context.abort();
    expect(await epoch.end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
    await double.seen(() => double.links === 0);
  });

  it('between two Identifies leaves nothing behind', async () => {
    const { double, context } = await startDouble();
    double.grant(0);
    const epoch = run(double, context);
    await context.clock.armed(5_000);
    context.abort();
    expect(await epoch.end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
  });
});

describe('the probe', () => {
  it('says who the bot is', async () => {
    const { double, context } = await startDouble();
    expect(await probe(double, context)).toEqual({
      ok: true,
      identity: { id: '11223344556677889900', name: 'Double Bot' },
    });
  });

  it('names the field at fault', async () => {
    const { double, context } = await startDouble();
    expect(await probe(double, context, { secrets: { clientSecret: 'wrong' } })).toMatchObject({
      ok: false,
      class: 'auth',
      field: 'clientSecret',
      fix: expect.any(String),
    });
    double.script('token', refused(100007));
    expect(await probe(double, context)).toMatchObject({ field: 'appId' });
  });
});
