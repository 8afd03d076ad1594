import { afterEach, beforeEach, expect, it } from 'vitest';
import { weixinAdapter } from '../../../electron/core/channels/adapters/weixin/weixin-adapter';
import type {
  ChannelAdapter,
  EpochFailure,
  Login,
  LoginContext,
  LoginStep,
} from '../../../electron/core/channels/channel-adapter';
import {
  type ConnectedStep,
  LoginSessions,
  type LoginTarget,
} from '../../../electron/core/channels/login-sessions';
import { SystemNet } from '../../../electron/core/channels/net/system-net';
import { err, ok, type Result } from '../../../electron/core/lib/result';
import { Secret } from '../../../electron/core/lib/secret';
import type { LoginView } from '../../../shared/ipc/channels';
import { startWeixinDouble } from '../../doubles/weixin';
import { countingRandom, MemoryLogger } from '../../helpers/channel-doubles';
import { FakeClock, settle } from '../../helpers/fake-clock';

const MINUTE = 60_000;
const FAILURE: EpochFailure = { class: 'server', code: 500, message: 'the vendor has a problem' };
const CONNECTED: LoginStep = {
  state: 'connected',
  accountId: 'abc-im-bot',
  secrets: { token: new Secret('TOKEN-MARKER') },
  stored: { baseUrl: 'https://stored.example' },
  identity: { id: 'abc@im.bot' },
};

/** A login whose steps a test gives one by one. */
class PlayedLogin implements Login {
  readonly qrText: string;
  readonly expiresAt: number;
  readonly context: LoginContext;
  readonly codes: (string | undefined)[] = [];
  #answer: ((step: LoginStep) => void) | undefined;

  constructor(qrText: string, expiresAt: number, context: LoginContext) {
    this.qrText = qrText;
    this.expiresAt = expiresAt;
    this.context = context;
  }

  get isPolled(): boolean {
    return this.#answer !== undefined;
  }

  next(code?: string): Promise<LoginStep> {
    this.codes.push(code);
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.context.signal.addEventListener('abort', () => resolve({ state: 'failed', failure: FAILURE }));
    });
  }

  async play(step: LoginStep): Promise<void> {
    await settle();
    if (this.#answer === undefined) throw new Error('nobody polls');
    const answer = this.#answer;
    this.#answer = undefined;
    answer(step);
    await settle();
  }
}

let clock: FakeClock;
let logger: MemoryLogger;
let logins: PlayedLogin[];
let committed: { readonly step: ConnectedStep; readonly target: LoginTarget }[];
let commit: () => Promise<Result<string, EpochFailure>>;
let refusal: EpochFailure | undefined;
let sessions: LoginSessions;

const adapter: Pick<ChannelAdapter, 'login'> = {
  async login(context) {
    if (refusal !== undefined) return err(refusal);
    const login = new PlayedLogin(`qr-${logins.length + 1}`, clock.now() + 5 * MINUTE, context);
    logins.push(login);
    return ok(login);
  },
};

beforeEach(() => {
  clock = new FakeClock();
  logger = new MemoryLogger();
  logins = [];
  committed = [];
  refusal = undefined;
  commit = async () => ok('abc-im-bot');
  sessions = sessionsWith(adapter);
});
afterEach(() => sessions.stop());

function sessionsWith(used: Pick<ChannelAdapter, 'login'>, endpoints = {}): LoginSessions {
  return new LoginSessions({
    clock,
    logger,
    random: countingRandom(),
    net: new SystemNet({ clock, resolveProxy: async () => undefined, vendorDomains: [] }),
    adapterOf: (channel) => (channel === 'none' ? undefined : used),
    contextOf: () => ({ endpoints, knownSecrets: [new Secret('KNOWN-MARKER')] }),
    commit(step, target) {
      committed.push({ step, target });
      return commit();
    },
  });
}

async function begin(request: LoginTarget & { force?: boolean } = { channel: 'qr' }): Promise<string> {
  const started = await sessions.start(request);
  if (!started.ok) throw new Error(started.error.message);
  return started.value.sessionKey;
}

function login(index = logins.length - 1): PlayedLogin {
  const found = logins[index];
  if (found === undefined) throw new Error('no login yet');
  return found;
}

/** What a wait says when the vendor answers with `step`. */
async function waitWith(sessionKey: string, step: LoginStep, code?: string): Promise<LoginView> {
  const waiting = sessions.wait({ sessionKey, timeoutMs: MINUTE, ...(code === undefined ? {} : { code }) });
  await login().play(step);
  return waiting;
}

it('gives a text to draw, and how long it is good for', async () => {
  expect(await sessions.start({ channel: 'qr' })).toEqual({
    ok: true,
    value: { sessionKey: expect.any(String), qrText: 'qr-1', expiresAt: clock.now() + 5 * MINUTE },
  });
});

it('fails in words when the channel has no login, and when the vendor gives no code', async () => {
  expect(await sessions.start({ channel: 'none' })).toMatchObject({
    ok: false,
    error: { code: 'no_qr_login' },
  });
  refusal = FAILURE;
  expect(await sessions.start({ channel: 'qr' })).toEqual(err(FAILURE));
  refusal = undefined;
  expect((await sessions.start({ channel: 'qr' })).ok).toBe(true);
});

it('joins a login of the same account that is going on, and begins anew when it is forced', async () => {
  const [first, second] = await Promise.all([begin(), begin()]);
  expect(second).toBe(first);
  expect(logins).toHaveLength(1);
  const third = await begin({ channel: 'qr', force: true });
  expect(third).not.toBe(first);
  expect(login(0).context.signal.aborted).toBe(true);
});

it('has one login per channel: another account ends the one before, another channel does not', async () => {
  const other = await begin({ channel: 'other' });
  const first = await begin({ channel: 'qr', accountId: 'a' });
  const waiting = sessions.wait({ sessionKey: first, timeoutMs: MINUTE });
  await begin({ channel: 'qr', accountId: 'b' });
  expect(await waiting).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
  expect(await waitWithIn(other, login(0), { state: 'scanned' })).toMatchObject({ state: 'scanned' });
});

async function waitWithIn(sessionKey: string, played: PlayedLogin, step: LoginStep): Promise<LoginView> {
  const waiting = sessions.wait({ sessionKey, timeoutMs: MINUTE });
  await played.play(step);
  return waiting;
}

it('goes on polling while nothing is new, and tells the next step', async () => {
  const sessionKey = await begin();
  const waiting = sessions.wait({ sessionKey, timeoutMs: MINUTE });
  await login().play({ state: 'wait' });
  await login().play({ state: 'scanned' });
  expect(await waiting).toEqual({ state: 'scanned', qrText: 'qr-1', expiresAt: login().expiresAt });
});

it('says where it stands when the time of the caller is over, and keeps the poll for the next call', async () => {
  const sessionKey = await begin();
  const first = sessions.wait({ sessionKey, timeoutMs: 1_000 });
  await settle();
  clock.advance(1_000);
  expect(await first).toMatchObject({ state: 'wait' });
  const second = sessions.wait({ sessionKey, timeoutMs: 1_000 });
  await login().play({ state: 'scanned' });
  expect(await second).toMatchObject({ state: 'scanned' });
  expect(login().codes).toHaveLength(1);
});

it('tells news that came between two calls at once', async () => {
  const sessionKey = await begin();
  const first = sessions.wait({ sessionKey, timeoutMs: 1_000 });
  await settle();
  clock.advance(1_000);
  await first;
  await login().play({ state: 'scanned' });
  expect(await sessions.wait({ sessionKey, timeoutMs: MINUTE })).toMatchObject({ state: 'scanned' });
});

it('tells everybody who waits, with one poll between them', async () => {
  const sessionKey = await begin();
  const both = [1, 2].map(() => sessions.wait({ sessionKey, timeoutMs: MINUTE }));
  await login().play({ state: 'scanned' });
  expect(await Promise.all(both)).toEqual([
    expect.objectContaining({ state: 'scanned' }),
    expect.objectContaining({ state: 'scanned' }),
  ]);
  expect(login().codes).toHaveLength(1);
});

it('hands the typed number on, and says when it was refused', async () => {
  const sessionKey = await begin();
  expect(await waitWith(sessionKey, { state: 'need-code' })).toMatchObject({ state: 'need-code' });
  expect(await waitWith(sessionKey, { state: 'need-code' }, '1234')).toMatchObject({
    state: 'need-code',
    codeRefused: true,
  });
  expect(await waitWith(sessionKey, { state: 'scanned' }, '4711')).toMatchObject({ state: 'scanned' });
  expect(login().codes).toEqual([undefined, '1234', '4711']);
});

it('sends a number that was typed during a poll with the next one', async () => {
  const sessionKey = await begin();
  const first = sessions.wait({ sessionKey, timeoutMs: 1_000 });
  await settle();
  clock.advance(1_000);
  await first;
  const second = sessions.wait({ sessionKey, timeoutMs: MINUTE, code: '4711' });
  await login().play({ state: 'need-code' });
  await login().play({ state: 'scanned' });
  expect(await second).toMatchObject({ state: 'scanned' });
  expect(login().codes).toEqual([undefined, '4711']);
});

it.each(['expired', 'blocked'] as const)(
  'shows a new code three times when one is %s, then gives up',
  async (state) => {
    const sessionKey = await begin();
    for (const qrText of ['qr-2', 'qr-3', 'qr-4']) {
      const view = await waitWith(sessionKey, { state, message: 'over' });
      expect(view).toMatchObject({ state: 'wait', qrText, renewed: state });
    }
    expect(await waitWith(sessionKey, { state, message: 'over' })).toEqual({ state, message: 'over' });
    expect(logins).toHaveLength(4);
    expect(await sessions.wait({ sessionKey, timeoutMs: MINUTE })).toEqual({ state, message: 'over' });
  },
);

it('fails when the vendor gives no new code', async () => {
  const sessionKey = await begin();
  refusal = FAILURE;
  expect(await waitWith(sessionKey, { state: 'expired', message: 'over' })).toEqual({
    state: 'failed',
    failure: FAILURE,
  });
});

it('is over after eight minutes, whoever waits', async () => {
  const sessionKey = await begin();
  const waiting = sessions.wait({ sessionKey, timeoutMs: 10 * MINUTE });
  await settle();
  clock.advance(8 * MINUTE);
  expect(await waiting).toMatchObject({ state: 'expired' });
  expect(login().context.signal.aborted).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

it('commits before it says connected, and says it under the id that the account got', async () => {
  commit = async () => ok('my-own-name');
  const sessionKey = await begin({ channel: 'qr', accountId: 'my-own-name' });
  expect(await waitWith(sessionKey, CONNECTED)).toEqual({
    state: 'connected',
    accountId: 'my-own-name',
    identity: { id: 'abc@im.bot' },
  });
  expect(committed).toEqual([{ step: CONNECTED, target: { channel: 'qr', accountId: 'my-own-name' } }]);
});

it('does not say connected when the login could not be kept', async () => {
  commit = async () => err({ class: 'config', code: 'write_failed', message: 'the disk is full' });
  const sessionKey = await begin();
  expect(await waitWith(sessionKey, CONNECTED)).toMatchObject({
    state: 'failed',
    failure: { code: 'write_failed' },
  });
});

it('does not give up a login that is being kept', async () => {
  let done: (id: Result<string, EpochFailure>) => void = () => undefined;
  commit = () =>
    new Promise((resolve) => {
      done = resolve;
    });
  const sessionKey = await begin();
  const waiting = sessions.wait({ sessionKey, timeoutMs: 10 * MINUTE });
  await login().play(CONNECTED);
  sessions.cancel(sessionKey);
  done(ok('abc-im-bot'));
  expect(await waiting).toMatchObject({ state: 'connected' });
});

it('keeps nothing of a login that was cancelled before', async () => {
  const sessionKey = await begin();
  const waiting = sessions.wait({ sessionKey, timeoutMs: MINUTE });
  await settle();
  sessions.cancel(sessionKey);
  expect(await waiting).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
  await login().play(CONNECTED);
  expect(committed).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

it('ends when this installation is linked already, or the login fails', async () => {
  expect(await waitWith(await begin(), { state: 'already-linked' })).toEqual({ state: 'already-linked' });
  const failed = await waitWith(await begin(), { state: 'failed', failure: FAILURE });
  expect(failed).toEqual({ state: 'failed', failure: FAILURE });
});

it('says that no login is going on for a key that it does not know', async () => {
  const view = await sessions.wait({ sessionKey: 'unknown', timeoutMs: MINUTE });
  expect(view).toMatchObject({ state: 'failed', failure: { code: 'no_login' } });
});

it('contains what an adapter or a commit throws', async () => {
  const sessionKey = await begin();
  commit = () => Promise.reject(new Error('store is broken'));
  expect(await waitWith(sessionKey, CONNECTED)).toMatchObject({
    state: 'failed',
    failure: { code: 'threw' },
  });
  const broken = sessionsWith({ login: () => Promise.reject(new Error('adapter is broken')) });
  expect(await broken.start({ channel: 'qr' })).toMatchObject({ ok: false, error: { code: 'threw' } });
  expect(logger.lines.map(({ event }) => event)).toEqual(['channel.login-threw', 'channel.login-threw']);
});

it('hands out no secret at any step', async () => {
  const sessionKey = await begin();
  const views = [await waitWith(sessionKey, { state: 'scanned' }), await waitWith(sessionKey, CONNECTED)];
  const texts = JSON.stringify([views, logger.text()], (_key, value) =>
    value instanceof Secret ? value.expose() : value,
  );
  expect(texts).not.toContain('MARKER');
  expect(texts).not.toContain('stored.example');
});

it('ends all logins when it stops', async () => {
  const sessionKey = await begin();
  const waiting = sessions.wait({ sessionKey, timeoutMs: MINUTE });
  await settle();
  sessions.stop();
  expect(await waiting).toMatchObject({ state: 'failed', failure: { code: 'cancelled' } });
});

it('logs a WeChat account in, over an expired code, another server and a number', async () => {
  const double = await startWeixinDouble({ clock });
  sessions = sessionsWith(weixinAdapter, { login: double.url });
  const sessionKey = await begin();
  const STATUS = 'GET /ilink/bot/get_qrcode_status';
  const phone = async (act: () => void | Promise<void>, code?: string): Promise<LoginView> => {
    const polls = () => double.log.filter(({ name }) => name === STATUS).length;
    const before = polls();
    const view = sessions.wait({ sessionKey, timeoutMs: MINUTE, ...(code === undefined ? {} : { code }) });
    await settle();
    clock.advance(1_000);
    await double.seen(() => polls() > before);
    await act();
    return view;
  };
  expect(await phone(() => double.qr.expire())).toMatchObject({ state: 'wait', renewed: 'expired' });
  expect(await phone(() => double.qr.redirect())).toMatchObject({ state: 'scanned' });
  expect(await phone(() => double.qr.askCode('42'))).toMatchObject({ state: 'need-code' });
  expect(await phone(() => undefined, '42')).toMatchObject({ state: 'scanned' });
  expect(await phone(() => double.qr.confirm())).toMatchObject({
    state: 'connected',
    accountId: 'abc-im-bot',
  });
  expect(committed[0]?.step.secrets.token?.expose()).toBe(double.secrets.token);
  await double.close();
});
