import { describe, expect, it } from 'vitest';
import { feishuAdapter } from '../../../../electron/core/channels/adapters/feishu/feishu-adapter';
import { accountFor, probeContextOf } from '../../../helpers/adapter-epoch';
import {
  BOT_CALL,
  errorOf,
  named,
  ready,
  SEND_CALL,
  startDouble,
  TOKEN_CALL,
  values,
} from './feishu-harness';

const WORDS = /^\S+( \S+)+/;

describe('a text', () => {
  it('goes to the chat that a message came from, and is sent when the vendor says so', async () => {
    const run = await ready();
    await run.double.deliver({ text: 'hi', conversation: 'oc_room' });
    await run.double.seen(named('ack'));
    const to = run.context.messages[0]?.conversationId ?? '';
    const outcome = await run.send({ to, text: 'hello "you"\n你好' });
    expect(outcome).toMatchObject({ ok: true, value: { messageId: expect.stringMatching(/^om_sent/) } });
    expect(run.double.sent).toEqual([{ to: 'oc_room', text: 'hello "you"\n你好' }]);
  });

  it.each(['ou_alice', 'on_alice'])('goes to a person by their own id (%s)', async (to) => {
    const run = await ready();
    run.double.platform.receivers.add(to);
    expect((await run.send({ to })).ok).toBe(true);
    expect(run.double.sent).toEqual([{ to, text: 'hello' }]);
  });

  it('goes out once for two tries with one key, however long the key', async () => {
    const run = await ready();
    run.double.platform.receivers.add('oc_chat1');
    for (const idempotencyKey of ['k', 'long'.repeat(20)]) {
      const [first, second] = [await run.send({ idempotencyKey }), await run.send({ idempotencyKey })];
      expect([first.ok, second]).toEqual([true, first]);
    }
    expect(run.double.sent).toHaveLength(2);
  });

  it('as an answer goes to the message that was chosen', async () => {
    const run = await ready();
    const replyToId = await run.double.deliver({ text: 'hi', conversation: 'oc_room' });
    expect((await run.send({ to: 'oc_room', replyToId })).ok).toBe(true);
    expect(run.double.log.at(-1)?.name).toBe(`POST /open-apis/im/v1/messages/${replyToId}/reply`);
    expect(run.double.sent).toEqual([{ to: 'oc_room', text: 'hello' }]);
  });

  it('as an answer to a message that was withdrawn goes to the chat', async () => {
    const run = await ready();
    const replyToId = await run.double.deliver({ text: 'hi', conversation: 'oc_room' });
    run.double.platform.withdrawn.add(replyToId);
    expect((await run.send({ to: 'oc_room', replyToId })).ok).toBe(true);
    expect(run.double.log.at(-1)?.name).toBe(SEND_CALL);
  });

  it('in a thread stays in the thread, also after a restart', async () => {
    const run = await ready();
    const messageId = await run.double.deliver({ text: 'hi', conversation: 'oc_room/omt_1' });
    await run.double.seen(named('ack'));
    const [message] = run.context.messages;
    expect(message).toMatchObject({ conversationId: 'oc_room/omt_1', threadId: 'omt_1' });
    expect((await run.send({ to: 'oc_room/omt_1' })).ok).toBe(true);
    expect(run.double.sent).toEqual([{ to: 'oc_room/omt_1', text: 'hello' }]);
    expect(run.context.store.get('threads')).toEqual([['oc_room/omt_1', messageId]]);
  });

  it('keeps the newest 500 threads and survives a store that holds nonsense', async () => {
    const run = await ready();
    const known = Array.from({ length: 500 }, (_, index) => [`oc_x/omt_${index}`, `om_${index}`]);
    run.context.store.set('threads', ['nonsense', [1, 2], null, ...known]);
    await run.double.deliver({ text: 'hi', conversation: 'oc_room/omt_new' });
    await run.double.seen(named('ack'));
    const kept = run.context.store.get('threads') as unknown[];
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([
      500,
      known[1],
      ['oc_room/omt_new', expect.any(String)],
    ]);
    run.context.store.set('threads', 'nonsense');
    expect((await run.send({ to: 'oc_room' })).ok).toBe(true);
  });

  it.each([
    ['', 'bad_recipient'],
    ['alice', 'bad_recipient'],
    ['oc_../../x', 'bad_recipient'],
    ['om_message', 'bad_recipient'],
  ])('to %j is refused in words, and nobody is asked', async (to, code) => {
    const run = await ready();
    const before = run.double.log.length;
    expect(errorOf(await run.send({ to }))).toMatchObject({
      class: 'config',
      code,
      message: expect.stringMatching(WORDS),
    });
    expect(run.double.log).toHaveLength(before);
  });

  it('as an answer to something that is no message id is refused, and nobody is asked', async () => {
    const run = await ready();
    const before = run.double.log.length;
    const failure = errorOf(await run.send({ replyToId: '../../../bot/v3/info?' }));
    expect(failure).toMatchObject({ class: 'config', code: 'bad_reply_id' });
    expect(run.double.log).toHaveLength(before);
  });

  it.each([
    [230002, 'permission', true],
    [230013, 'permission', true],
    [99991672, 'permission', true],
    [230006, 'permission', true],
    [230020, 'rate_limited', false],
    [230001, 'config', false],
    [230099, 'server', false],
  ])(
    'that the vendor refuses with %i fails in words, and the link stays',
    async (code, failureClass, hasFix) => {
      const run = await ready();
      run.double.script(SEND_CALL, { status: 400, body: { code, msg: 'no' } });
      const failure = errorOf(await run.send({}));
      expect(failure).toMatchObject({ class: failureClass, code, message: expect.stringMatching(WORDS) });
      expect(failure.fix !== undefined).toBe(hasFix);
      run.double.platform.receivers.add('oc_chat1');
      expect((await run.send({})).ok).toBe(true);
    },
  );

  it("that is refused with a code of no words of ours shows the vendor's, without anything like a token", async () => {
    const run = await ready();
    const msg = `Not now\u202e please, see https://open.feishu.cn/x?token=t-token000000 ${'a'.repeat(300)} later\u0007`;
    run.double.script(SEND_CALL, { status: 400, body: { code: 230099, msg } });
    const { message } = errorOf(await run.send({}));
    expect(message).toBe('Feishu did not do it: Not now please, see … … later (code 230099)');
  });

  it('waits as long as the vendor asks', async () => {
    const run = await ready();
    await run.double.fault('rate-limit');
    expect(errorOf(await run.send({}))).toMatchObject({ class: 'rate_limited', retryAfterMs: 2_000 });
  });

  it('with a token that was turned down gets a new one, once', async () => {
    const run = await ready();
    run.double.platform.receivers.add('oc_chat1');
    run.double.platform.dropTokens();
    expect((await run.send({})).ok).toBe(true);
    const names = run.double.log.slice(-3).map(({ name }) => name);
    expect(names).toEqual([SEND_CALL, TOKEN_CALL, SEND_CALL]);
    for (let time = 0; time < 2; time += 1) {
      run.double.script(SEND_CALL, { status: 400, body: { code: 99991663, msg: '' } });
    }
    expect(errorOf(await run.send({}))).toMatchObject({ class: 'auth', code: 99991663 });
  });

  it('takes a new token before the old one ends', async () => {
    const run = await ready();
    run.double.platform.receivers.add('oc_chat1');
    const tokenCalls = () => run.double.log.filter(({ name }) => name === TOKEN_CALL).length;
    await run.send({ idempotencyKey: 'a' });
    expect(tokenCalls()).toBe(1);
    run.context.clock.stepWall(7_200_000 - 300_001);
    await run.send({ idempotencyKey: 'b' });
    expect(tokenCalls()).toBe(1);
    run.context.clock.stepWall(1);
    await run.send({ idempotencyKey: 'c' });
    expect(tokenCalls()).toBe(2);
  });

  it('with a credential that is dead makes the link degraded, until one is sent', async () => {
    const run = await ready();
    run.double.platform.receivers.add('oc_chat1');
    run.double.platform.dropTokens();
    await run.double.fault('bad-credential');
    expect(errorOf(await run.send({}))).toMatchObject({ class: 'auth', code: 10014 });
    expect(values(run.context, 'warn')).toEqual([
      expect.objectContaining({ class: 'auth', code: 'credential', fix: expect.stringMatching(WORDS) }),
    ]);
    await run.double.fault('none');
    expect((await run.send({})).ok).toBe(true);
    expect(values(run.context, 'clearWarning')).toEqual(['credential']);
  });

  it('ends with its own deadline', async () => {
    const run = await ready();
    const controller = new AbortController();
    await run.double.fault('hang');
    const sending = run.context.info?.live?.send?.(
      { to: 'oc_chat1', text: 'hello', idempotencyKey: 'k' },
      controller.signal,
    );
    await run.double.seen(named(SEND_CALL));
    controller.abort();
    expect(await sending).toMatchObject({ ok: false, error: { code: 'aborted' } });
  });
});

describe('the probe', () => {
  async function probe(
    prepare: (double: Awaited<ReturnType<typeof startDouble>>['double']) => unknown = () => undefined,
    changes: Parameters<typeof accountFor>[2] = {},
  ) {
    const { double, context } = await startDouble();
    await prepare(double);
    const account = accountFor(feishuAdapter, double, changes);
    const outcome = await feishuAdapter.probe?.(account, probeContextOf(context));
    expect(context.clock.pendingTimers).toBe(0);
    expect(JSON.stringify(outcome)).not.toContain(double.secrets.appSecret);
    return outcome;
  }

  it('says who the bot is, and what it does not prove', async () => {
    expect(await probe()).toEqual({
      ok: true,
      identity: { id: expect.stringMatching(/^ou_bot/), name: 'Double bot' },
      note: expect.stringContaining('im.message.receive_v1'),
    });
  });

  it.each([
    ['a wrong secret', {}, { appSecret: 'wrong' }, 'appSecret'],
    ['an app id that nobody has', { appId: 'cli_0000000000000000' }, {}, 'appId'],
    ['an app id of an odd form', { appId: 'me' }, {}, 'appId'],
  ] as const)('names the field at fault for %s', async (_what, settings, secrets, field) => {
    expect(await probe(undefined, { settings, secrets })).toMatchObject({
      ok: false,
      class: 'auth',
      field,
      error: expect.stringMatching(WORDS),
      fix: expect.stringMatching(WORDS),
    });
  });

  it('says that the app is not in use', async () => {
    const outcome = await probe((double) => {
      double.platform.activateStatus = 1;
    });
    expect(outcome).toMatchObject({ ok: false, class: 'permission', fix: expect.stringMatching(WORDS) });
    expect(outcome?.field).toBeUndefined();
  });

  it.each([
    ['server-error', 'server'],
    ['malformed', 'protocol'],
    ['huge', 'protocol'],
    ['down', 'network'],
    ['rate-limit', 'rate_limited'],
  ] as const)('says %s as it is', async (fault, failureClass) => {
    expect(await probe((double) => double.fault(fault))).toMatchObject({ ok: false, class: failureClass });
  });

  it('an answer without a bot is a breach of the protocol', async () => {
    const outcome = await probe((double) => double.script(BOT_CALL, { body: { code: 0, msg: 'ok' } }));
    expect(outcome).toMatchObject({ ok: false, class: 'protocol' });
  });

  it('ends when it is told to', async () => {
    const { double, context } = await startDouble();
    await double.fault('hang');
    const probing = feishuAdapter.probe?.(accountFor(feishuAdapter, double), probeContextOf(context));
    await double.seen(named(TOKEN_CALL));
    context.abort();
    expect(await probing).toMatchObject({ ok: false });
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('changes nothing about a live link', async () => {
    const run = await ready();
    const account = accountFor(feishuAdapter, run.double);
    await run.double.fault('bad-credential');
    expect(await feishuAdapter.probe?.(account, probeContextOf(run.context))).toMatchObject({ ok: false });
    expect([run.double.links, run.context.isReady]).toEqual([1, true]);
  });
});
