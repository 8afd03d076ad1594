import { afterEach, expect, it } from 'vitest';
import { weixinAdapter } from '../../../../electron/core/channels/adapters/weixin/weixin-adapter';
import {
  closeBenches,
  liveOf,
  runUntilReady,
  sendText,
  type WeixinBench,
  weixinBench,
} from './weixin-harness';

const ANNA = 'o9anna@im.wechat';
const BEN = 'o9ben@im.wechat';

afterEach(closeBenches);

async function wrote(bench: WeixinBench, sender: string, text = 'hello'): Promise<void> {
  const before = bench.context.messages.length;
  await bench.double.deliver({ text, sender });
  await bench.context.until(({ messages }) => messages.length > before);
}

function saidOf(bench: WeixinBench, what: string): unknown[] {
  return bench.context.said.filter((said) => said.what === what).map(({ value }) => value);
}

it('sends a text with the newest context token of the person and brings the id to the last digit', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await wrote(bench, ANNA);
  await wrote(bench, ANNA, 'and again');
  const outcome = await sendText(bench.context, ANNA, 'pong');
  expect(outcome).toEqual({
    ok: true,
    value: { messageId: expect.stringMatching(/^7497484083968569\d{3}$/) },
  });
  expect(bench.double.sent).toEqual([{ to: ANNA, text: 'pong' }]);
});

it('gives the vendor the same client id at every try of one message', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await wrote(bench, ANNA);
  const first = await sendText(bench.context, ANNA, 'once', 'same-key');
  const second = await sendText(bench.context, ANNA, 'once', 'same-key');
  expect(second).toEqual(first);
  expect(bench.double.sent).toHaveLength(1);
});

it('still knows the context token in the next epoch', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await wrote(bench, ANNA);
  bench.context.abort();
  await end;
  const next = bench.again();
  await runUntilReady(bench, next);
  expect((await sendText(next, ANNA, 'later')).ok).toBe(true);
});

it('keeps the context tokens of the 500 persons who wrote last', async () => {
  const bench = await weixinBench();
  const msgs = Array.from({ length: 501 }, (_, index) => ({
    message_id: index + 1,
    from_user_id: `user-${index}`,
    message_type: 1,
    item_list: [{ type: 1, text_item: { text: 'x' } }],
    context_token: `token-${index}`,
  }));
  bench.double.script('getupdates', { body: JSON.stringify({ ret: 0, msgs }) });
  void weixinAdapter.run(bench.account, bench.context);
  await bench.context.until(({ messages }) => messages.length === 501);
  const kept = bench.context.store.get('contexts') as [string, string][];
  expect(kept).toHaveLength(500);
  expect(kept[0]).toEqual(['user-1', 'token-1']);
});

it('says that the person has to write first when WeChat refuses a text with -2', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  const outcome = await sendText(bench.context, ANNA, 'good morning');
  expect(outcome).toMatchObject({ ok: false, error: { class: 'server', code: -2 } });
  expect(outcome.ok ? '' : outcome.error.fix).toContain('has to write first');
  // `server` makes the issue of channels.status one of the kind `runtime`.
  expect(saidOf(bench, 'warn')).toEqual([expect.objectContaining({ class: 'server', code: -2 })]);
});

it('takes the warning back when the person has written', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await sendText(bench.context, ANNA, 'one');
  await sendText(bench.context, BEN, 'two');
  await wrote(bench, ANNA);
  expect(saidOf(bench, 'clearWarning')).not.toContain(-2);
  await wrote(bench, BEN);
  expect(saidOf(bench, 'clearWarning')).toContain(-2);
});

it('is refused after ten texts in a turn, and not before', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await wrote(bench, ANNA);
  const outcomes = [];
  for (let i = 0; i < 11; i += 1) outcomes.push(await sendText(bench.context, ANNA, `text ${i}`, `key-${i}`));
  expect(outcomes.map(({ ok }) => ok)).toEqual([...Array<boolean>(10).fill(true), false]);
});

it.each(['{"ret":0}', '{}'])('warns that a text may not arrive when WeChat answers %s', async (body) => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await wrote(bench, ANNA);
  bench.double.script('sendmessage', { body });
  expect(await sendText(bench.context, ANNA, 'lost?')).toEqual({ ok: true, value: {} });
  expect(saidOf(bench, 'warn')).toEqual([expect.objectContaining({ code: 'no_message_id' })]);
  await sendText(bench.context, ANNA, 'arrives', 'key-2');
  expect(saidOf(bench, 'clearWarning')).toContain('no_message_id');
});

it.each([
  ['the end of the login', { body: '{"ret":-14}' }, { class: 'auth', code: -14 }],
  ['an unknown code', { body: '{"ret":-7,"errmsg":"too many"}' }, { class: 'server', code: -7 }],
  ['too many requests', { status: 429, body: '' }, { class: 'rate_limited', code: 429 }],
  ['a page', { status: 502, body: '<h1>502</h1>' }, { class: 'server', code: 502 }],
  ['broken JSON', { body: '{"ret":0' }, { class: 'protocol', code: 'malformed' }],
])('does not call a text sent that is answered with %s', async (_case, answer, error) => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await wrote(bench, ANNA);
  bench.double.script('sendmessage', answer);
  expect(await sendText(bench.context, ANNA, 'x')).toMatchObject({ ok: false, error });
});

it('gives up a text that is not answered within 15 s', async () => {
  const bench = await weixinBench();
  await runUntilReady(bench);
  await bench.double.fault('hang');
  const sending = sendText(bench.context, ANNA, 'x');
  await bench.double.seen(({ name }) => name.endsWith('/sendmessage'));
  bench.context.clock.advance(15_000);
  expect(await sending).toMatchObject({ ok: false, error: { class: 'network', code: 'timeout' } });
});

it.each(['its caller', 'the epoch'])('gives up a text when %s is over', async (who) => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await bench.double.fault('hang');
  const caller = new AbortController();
  const sending = liveOf(bench.context).send({ to: ANNA, text: 'x', idempotencyKey: 'k' }, caller.signal);
  await bench.double.seen(({ name }) => name.endsWith('/sendmessage'));
  if (who === 'its caller') caller.abort();
  else bench.context.abort();
  expect(await sending).toMatchObject({ ok: false, error: { code: 'aborted' } });
  bench.context.abort();
  await bench.double.seen(({ name }) => name.endsWith('/notifystop'));
  bench.context.clock.advance(1_500);
  await end;
});

it('has a probe, with an identity, that never polls for messages', async () => {
  const { account, context, double } = await weixinBench();
  const probe = await weixinAdapter.probe?.(account, probeParts(context));
  expect(probe).toMatchObject({ ok: true, identity: { id: double.botId } });
  expect(double.log.map(({ name }) => name)).toEqual(['POST /ilink/bot/getconfig']);
});

it('has a probe that is wrong for certain when the login has ended', async () => {
  const { account, context, double } = await weixinBench();
  await double.fault('bad-credential');
  const probe = await weixinAdapter.probe?.(account, probeParts(context));
  expect(probe).toMatchObject({ ok: false, class: 'auth' });
  expect(probe?.fix).toContain('scan a new QR code');
});

it.each([{ body: '{"ret":-5}' }, { status: 500, body: '' }, { body: 'x' }])(
  'blames nobody for a probe that is answered with %o',
  async (answer) => {
    const { account, context, double } = await weixinBench();
    double.script('getconfig', answer);
    const probe = await weixinAdapter.probe?.(account, probeParts(context));
    expect(probe).toMatchObject({ ok: false, note: expect.any(String) });
    expect(probe).not.toHaveProperty('class');
  },
);

it('gives up a probe that is not answered within 10 s', async () => {
  const { account, context, double } = await weixinBench();
  await double.fault('hang');
  const probing = weixinAdapter.probe?.(account, probeParts(context));
  await double.seen(({ name }) => name.endsWith('/getconfig'));
  context.clock.advance(10_000);
  expect(await probing).toMatchObject({ ok: false, error: expect.stringContaining('did not answer') });
});

it('cannot probe a login that did not say who scanned', async () => {
  const { account, context, double } = await weixinBench();
  context.store.delete('userId');
  expect(await weixinAdapter.probe?.(account, probeParts(context))).toMatchObject({ ok: false });
  expect(double.log).toEqual([]);
});

it('tells the vendor at a logout', async () => {
  const { account, context, double } = await weixinBench();
  await weixinAdapter.logout?.(account, probeParts(context));
  expect(double.log.map(({ name }) => name)).toEqual(['POST /ilink/bot/msg/notifystop']);
});

it('puts no token into a log, a state or an outcome', async () => {
  const bench = await weixinBench();
  const { end } = await runUntilReady(bench);
  await wrote(bench, ANNA);
  const outcomes = [
    await sendText(bench.context, ANNA, 'a'),
    await sendText(bench.context, BEN, 'b', 'key-2'),
  ];
  await bench.double.happen('revoke');
  const { messages, said, log } = bench.context;
  const text = JSON.stringify([await end, outcomes, messages, said, log.text()]);
  expect(text).not.toContain('weixin-double-token');
  expect(text).not.toContain('context-double');
});

function probeParts(context: WeixinBench['context']) {
  const { signal, clock, random, net, store } = context;
  return { signal, clock, random, net, store, hasRoute: () => false };
}
