import { afterEach, expect, it } from 'vitest';
import { weixinAdapter } from '../../../../electron/core/channels/adapters/weixin/weixin-adapter';
import type { EpochEnd } from '../../../../electron/core/channels/channel-adapter';
import { decideRetry } from '../../../../electron/core/channels/retry-policy';
import { channelWord } from '../../../../shared/model/channel-word';
import type { Fault, Incident } from '../../../doubles/channel-double';
import { settle } from '../../../helpers/fake-clock';
import { accountOf, closeBenches, runUntilReady, weixinBench } from './weixin-harness';

const POLL = 'POST /ilink/bot/getupdates';

afterEach(closeBenches);

function failureOf(end: EpochEnd) {
  if (end.kind !== 'failed') throw new Error(`ended as ${end.kind}`);
  return end.failure;
}

it.each<[Fault, string, unknown]>([
  ['down', 'network', 'ECONNREFUSED'],
  ['bad-credential', 'auth', -14],
  ['rate-limit', 'rate_limited', 429],
  ['server-error', 'server', 500],
  ['malformed', 'protocol', 'malformed'],
  ['huge', 'protocol', 'too_large'],
])(
  'never says ready and names the trouble when the vendor is %s from the start',
  async (fault, failureClass, code) => {
    const { account, context, double } = await weixinBench();
    await double.fault(fault);
    const failure = failureOf(await weixinAdapter.run(account, context));
    expect(failure).toMatchObject({ class: failureClass, code });
    expect(context.isReady).toBe(false);
  },
);

it.each<[Fault, string, unknown]>([
  ['down', 'network', 'ECONNRESET'],
  ['bad-credential', 'auth', -14],
  ['rate-limit', 'rate_limited', 429],
  ['server-error', 'server', 500],
  ['malformed', 'protocol', 'malformed'],
  ['huge', 'protocol', 'too_large'],
])(
  'ends at the first poll that fails when the vendor becomes %s later',
  async (fault, failureClass, code) => {
    const bench = await weixinBench();
    const { end } = await runUntilReady(bench);
    await bench.double.fault(fault);
    expect(failureOf(await end)).toMatchObject({ class: failureClass, code });
  },
);

it.each<[Incident, string, unknown]>([
  ['cut', 'network', 'ECONNRESET'],
  ['close', 'server', 503],
  ['kick', 'auth', -14],
  ['revoke', 'auth', -14],
])('ends when the link sees a %s', async (incident, failureClass, code) => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await bench.double.happen(incident);
  expect(failureOf(await end)).toMatchObject({ class: failureClass, code });
});

it("obeys the vendor's delay when it asks to slow down", async () => {
  const { account, context, double } = await weixinBench();
  await double.fault('rate-limit');
  expect(failureOf(await weixinAdapter.run(account, context)).retryAfterMs).toBe(2_000);
});

it('takes a poll without an answer 10 s past its hold time as a dead link', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await bench.double.fault('mute');
  await bench.context.clock.advanceAsync(44_999);
  let settled = false;
  void end.then(() => {
    settled = true;
  });
  await settle();
  expect(settled).toBe(false);
  bench.context.clock.advance(1);
  expect(failureOf(await end)).toMatchObject({ class: 'network', code: 'timeout' });
});

it('gives up before the ready deadline when the vendor takes everything and answers nothing', async () => {
  const { account, context, double } = await weixinBench();
  await double.fault('hang');
  const end = weixinAdapter.run(account, context);
  await double.seen(({ name }) => name.endsWith('/notifystart'));
  await context.clock.advanceAsync(10_000);
  await double.seen(({ name }) => name === POLL);
  await context.clock.advanceAsync(45_000);
  expect(failureOf(await end)).toMatchObject({ class: 'network', code: 'timeout' });
  expect(weixinAdapter.policy.readyTimeoutMs).toBeGreaterThan(55_000);
});

it('does not go on as "running, OK" after -14: one more try at once, then blocked and "Action needed"', async () => {
  const bench = await weixinBench();
  const { end: first } = await runUntilReady(bench);
  await bench.double.happen('kick');
  const once = failureOf(await first);
  const twice = failureOf(await weixinAdapter.run(bench.account, bench.again()));
  expect(decideRetry(once, 1, 0.5, weixinAdapter.policy)).toEqual({ kind: 'retry', delayMs: 0 });
  expect(decideRetry(twice, 2, 0.5, weixinAdapter.policy)).toEqual({ kind: 'block' });
  expect(
    channelWord({ phase: 'blocked', connected: false, warnings: [], lastError: { ...twice, at: 1 } }, true),
  ).toBe('action-needed');
  expect(twice.message).toContain('WeChat has ended this login');
  expect(twice.fix).toContain('scan a new QR code');
});

it('announces itself and polls once more after -14, which wakes a session that had fallen asleep', async () => {
  const bench = await weixinBench();
  const { end: first } = await runUntilReady(bench);
  bench.double.fallAsleep();
  expect(failureOf(await first)).toMatchObject({ class: 'auth', code: -14 });
  const next = bench.again();
  await runUntilReady(bench, next);
  expect(next.isReady).toBe(true);
});

it.each(['{"ret":-14}', '{"ret":0,"errcode":-14}', '{"errcode":-14,"errmsg":"session timeout"}'])(
  'reads %s as the end of the login',
  async (body) => {
    const { account, context, double } = await weixinBench();
    double.script('getupdates', { body });
    expect(failureOf(await weixinAdapter.run(account, context))).toMatchObject({ class: 'auth', code: -14 });
  },
);

it('tells a code that it does not know with what the vendor says about it', async () => {
  const { account, context, double } = await weixinBench();
  double.script('getupdates', { body: '{"ret":-99,"errmsg":"system\\nbusy"}' });
  expect(failureOf(await weixinAdapter.run(account, context))).toMatchObject({
    class: 'server',
    code: -99,
    message: 'WeChat answered with the error code -99 "systembusy"',
  });
});

it('leaves out what the vendor says when it looks like a token', async () => {
  const { account, context, double } = await weixinBench();
  double.script('getupdates', { body: JSON.stringify({ ret: -99, errmsg: `bad ${double.secrets.token}` }) });
  const { message } = failureOf(await weixinAdapter.run(account, context));
  expect(message).toBe('WeChat answered with the error code -99 "bad …"');
});

it.each([
  ['an empty object', '{}'],
  ['a list', '[]'],
  ['nothing', ''],
  ['a text', '"ok"'],
  ['messages that are no list', '{"ret":0,"msgs":{}}'],
  ['a cursor that is no text', '{"ret":0,"get_updates_buf":7}'],
  ['a code that is no number', '{"ret":"0"}'],
  ['a page', '<html></html>'],
])('does not take %s for an answered poll', async (_case, body) => {
  const { account, context, double } = await weixinBench();
  double.script('getupdates', { body });
  expect(failureOf(await weixinAdapter.run(account, context))).toMatchObject({
    class: 'protocol',
    code: 'malformed',
  });
  expect(context.isReady).toBe(false);
});

it('is not configured, and says to scan, while nobody is logged in', async () => {
  const { context, double } = await weixinBench();
  const account = accountOf(double.settings, {});
  expect(account).toMatchObject({ configured: false, linked: false });
  expect(account.problems[0]).toContain('scan the QR code');
  expect(failureOf(await weixinAdapter.run(account, context)).class).toBe('config');
  expect(double.log).toEqual([]);
});

it.each(['https://evil.example', 'http://weixin.qq.com', 'https://weixin.qq.com.evil.example', 'nowhere', 7])(
  'sends the token nowhere when the stored server is %s',
  async (baseUrl) => {
    const { account, context, double } = await weixinBench();
    context.store.set('baseUrl', baseUrl);
    expect(failureOf(await weixinAdapter.run(account, context))).toMatchObject({
      class: 'config',
      code: 'foreign_host',
    });
    expect(double.log).toEqual([]);
  },
);

it.each(['while it announces itself', 'while a poll is held', 'while it pauses'])(
  'stops %s, with nothing left behind',
  async (phase) => {
    const { account, context, double } = await weixinBench();
    if (phase === 'while it pauses') double.script('getupdates', { body: '{"ret":0,"msgs":[]}' });
    if (phase === 'while it announces itself') await double.fault('hang');
    const end = weixinAdapter.run(account, context);
    if (phase === 'while it announces itself') await double.seen(({ name }) => name.endsWith('/notifystart'));
    if (phase === 'while a poll is held') await double.linked();
    if (phase === 'while it pauses') await context.until((said) => said.isReady);
    await double.fault('none');
    context.abort();
    expect(await end).toEqual({ kind: 'aborted' });
    expect(double.links).toBe(0);
    await double.close();
    expect(context.clock.pendingTimers).toBe(0);
  },
);

it('does not wait longer than 1.5 s for the goodbye', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await bench.double.fault('hang');
  bench.context.abort();
  await bench.double.seen(({ name }) => name.endsWith('/notifystop'));
  bench.context.clock.advance(1_500);
  expect(await end).toEqual({ kind: 'aborted' });
});

it('asks nobody when it is stopped before it began', async () => {
  const { account, context, double } = await weixinBench();
  context.abort();
  expect(await weixinAdapter.run(account, context)).toEqual({ kind: 'aborted' });
  expect(double.log).toEqual([]);
});
