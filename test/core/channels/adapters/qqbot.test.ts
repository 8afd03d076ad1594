import { afterEach, describe, expect, it } from 'vitest';
import { qqbotAdapter } from '../../../../electron/core/channels/adapters/qqbot/qqbot-adapter';
import { QQ_INTENTS, type QqDouble, type QqDoubleOptions, startQqDouble } from '../../../doubles/qqbot';
import {
  type AccountChanges,
  accountFor,
  type RunningEpoch,
  runEpochOf,
} from '../../../helpers/adapter-epoch';
import { GatewayContext, isReady, said, seenTimes } from '../../../helpers/gateway-epochs';

const FIRST_BEAT_MS = 22_500;
const BEAT_MS = 45_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Epoch extends RunningEpoch {
  readonly context: GatewayContext;
  readonly double: QqDouble;
}

async function startDouble(context = new GatewayContext(), options: QqDoubleOptions = {}) {
  const double = await startQqDouble({ clock: context.clock, ...options });
  cleanups.push(() => double.close());
  return { double, context };
}

function run(double: QqDouble, context: GatewayContext, changes: AccountChanges = {}): Epoch {
  const epoch = runEpochOf(qqbotAdapter, accountFor(qqbotAdapter, double, changes), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return { ...epoch, context, double };
}

async function ready(options: QqDoubleOptions = {}): Promise<Epoch> {
  const { double, context } = await startDouble(undefined, options);
  const epoch = run(double, context);
  await isReady(context);
  return epoch;
}

/** The epoch after the one that has ended. */
function next({ double, context }: Epoch, changes?: AccountChanges): Epoch {
  return run(double, new GatewayContext(context), changes);
}

function frames({ log }: QqDouble): readonly string[] {
  return log.filter(({ via }) => via === 'ws').map(({ name }) => name);
}

describe('readiness', () => {
  it('is READY, after a token and a look at the session budget', async () => {
    const { double, context } = await ready();
    expect(double.log.map(({ name }) => name)).toEqual([
      'POST /app/getAppAccessToken',
      'GET /gateway/bot',
      'GET /websocket',
      'identify',
    ]);
    expect(said(context, 'phase')).toEqual(['authenticating', 'connecting']);
    expect(context.info).toMatchObject({
      mode: 'websocket',
      evidence: 'READY received',
      identity: { id: '11223344556677889900', name: 'Double Bot' },
    });
    expect(double.log.at(-1)?.body).toEqual({
      token: `QQBot ${double.accessToken}`,
      intents: 1174409216,
      shard: [0, 1],
      properties: {},
    });
    expect(said(context, 'warn')).toEqual([]);
  });

  it('does not say connected when the socket is open: only READY counts', async () => {
    const { double, context } = await startDouble();
    await double.fault('mute');
    run(double, context);
    await seenTimes(double, 'GET /websocket');
    expect(context.isReady).toBe(false);
  });

  it('comes with RESUMED, too, which costs no session and brings what was missed', async () => {
    const first = await ready();
    await first.double.deliver({ text: 'seen' });
    await first.context.until(({ messages }) => messages.length === 1);
    await first.double.happen('cut');
    expect(await first.failure()).toMatchObject({ class: 'network', code: 1006 });
    await first.double.deliver({ text: 'missed' });

    const second = next(first);
    await isReady(second.context);
    expect(second.context.info).toMatchObject({
      evidence: 'RESUMED received',
      identity: { name: 'Double Bot' },
    });
    expect(second.context.messages.map(({ text }) => text)).toEqual(['missed']);
    expect(first.double.log.at(-1)?.body).toMatchObject({ session_id: 'session-1', seq: 2 });
    expect(first.double.identifies).toBe(1);
  });
});

describe('resuming', () => {
  it('survives a stop: the goodbye does not end the session at QQ', async () => {
    const first = await ready();
    first.context.abort();
    expect(await first.end).toEqual({ kind: 'aborted' });
    await isReady(next(first).context);
    expect(first.double.identifies).toBe(1);
  });

  it('is not tried once the session is five minutes old', async () => {
    const first = await ready();
    first.context.abort();
    await first.end;
    first.context.clock.advance(300_000);
    await isReady(next(first).context);
    expect(first.double.identifies).toBe(2);
  });

  it('is not tried for another bot', async () => {
    const first = await ready();
    first.context.abort();
    await first.end;
    first.context.clock.advance(5_000);
    const second = next(first, { settings: { appId: '102000002' } });
    expect(await second.failure()).toMatchObject({ class: 'auth' });
    expect(frames(first.double)).not.toContain('resume');
  });

  it.each(['invalid', 4006, 4007, 4009, 4900] as const)(
    'that QQ answers with %s is followed by a new session on the same run, not at once',
    async (verdict) => {
      const first = await ready({ identifyEveryMs: 5_000 });
      await first.double.happen('cut');
      await first.end;
      first.double.answerResumeWith(verdict);
      const second = next(first);
      await first.context.clock.armed(5_000);
      expect(frames(first.double)).toEqual(['identify', 'resume']);
      first.context.clock.advance(5_000);
      await isReady(second.context);
      expect(second.context.info).toMatchObject({ evidence: 'READY received' });
      expect(frames(first.double)).toEqual(['identify', 'resume', 'identify']);
    },
  );

  it('follows a plan of QQ’s own, as a rotation', async () => {
    const first = await ready();
    await first.double.happen('rotate');
    expect(await first.end).toEqual({ kind: 'rotate', reason: 'QQ asked for a new connection' });
    await isReady(next(first).context);
    expect(first.double.identifies).toBe(1);
  });

  it('follows an invalid session that QQ wants resumed', async () => {
    const first = await ready();
    await first.double.invalidate(true);
    expect(await first.end).toMatchObject({ kind: 'rotate' });
    await isReady(next(first).context);
    expect(first.double.identifies).toBe(1);
  });

  it('does not follow an invalid session that is over', async () => {
    const first = await ready();
    await first.double.invalidate(false);
    expect(await first.failure()).toMatchObject({ class: 'server', code: 'invalid_session' });
    first.context.clock.advance(5_000);
    await isReady(next(first).context);
    expect(frames(first.double)).toEqual(['identify', 'identify']);
  });
});

describe('a close of QQ’s', () => {
  it.each([
    [4001, 'protocol', 'identify'],
    [4002, 'protocol', 'identify'],
    [4004, 'auth', 'resume'],
    [4006, 'server', 'identify'],
    [4007, 'server', 'identify'],
    [4008, 'rate_limited', 'resume'],
    [4009, 'server', 'resume'],
    [4010, 'config', 'identify'],
    [4011, 'config', 'identify'],
    [4012, 'config', 'identify'],
    [4013, 'config', 'identify'],
    [4014, 'permission', 'identify'],
    [4900, 'server', 'identify'],
    [4913, 'server', 'identify'],
    [4914, 'banned', 'identify'],
    [4915, 'banned', 'identify'],
    [1001, 'server', 'resume'],
    [4999, 'server', 'resume'],
  ])(
    'with %i ends the run as %s, never silently, and the next begins with %s',
    async (code, failureClass, then) => {
      const first = await ready();
      await first.double.closeWith(code);
      const failure = await first.failure();
      expect(failure).toMatchObject({ class: failureClass, message: expect.stringContaining('QQ') });
      if (code === 4008) expect(failure.retryAfterMs).toBe(60_000);
      first.context.clock.advance(5_000);
      await isReady(next(first).context);
      expect(frames(first.double).at(-1)).toBe(then);
    },
  );

  it('for a ban says so and says where to look', async () => {
    const first = await ready();
    await first.double.closeWith(4915);
    expect(await first.failure()).toMatchObject({
      message: expect.stringContaining('banned'),
      fix: expect.any(String),
    });
  });
});

describe('heartbeats', () => {
  it('carry the last sequence number and date the evidence', async () => {
    const { context, double } = await ready();
    context.clock.advance(FIRST_BEAT_MS);
    expect(await seenTimes(double, 'heartbeat')).toBe(1);
    await context.until(() => said(context, 'activity').includes('heartbeat answered'));
  });

  it('that are not answered end the link before the next: it does not stay connected with a dead peer', async () => {
    const epoch = await ready();
    const { context, double } = epoch;
    await double.fault('mute');
    context.clock.advance(FIRST_BEAT_MS);
    await seenTimes(double, 'heartbeat');
    context.clock.advance(BEAT_MS);
    expect(await epoch.failure()).toMatchObject({ class: 'network', code: 'heartbeat' });
    await double.fault('none');
    await isReady(next(epoch).context);
    expect(frames(double).at(-1)).toBe('resume');
  });

  it('are sent at once when QQ asks for one', async () => {
    const { double } = await ready();
    await double.demandBeat();
    expect(await seenTimes(double, 'heartbeat')).toBe(1);
  });
});

describe('intents that QQ does not grant', () => {
  it.each(['close', 'invalid'] as const)('(%s) are left out, which is said', async (how) => {
    const { double, context } = await startDouble(undefined, { identifyEveryMs: 5_000 });
    double.grant(QQ_INTENTS.groupAndC2c, how);
    run(double, context);
    await context.clock.armed(5_000);
    context.clock.advance(5_000);
    await isReady(context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: 1 << 25 });
    expect(said(context, 'warn')).toMatchObject([
      { class: 'permission', code: 'intents', fix: expect.any(String) },
    ]);
    expect(double.identifies).toBe(2);
  });

  async function reduced(): Promise<Epoch> {
    const { double, context } = await startDouble();
    double.grant(QQ_INTENTS.groupAndC2c);
    const epoch = run(double, context);
    await context.clock.armed(5_000);
    context.clock.advance(5_000);
    await isReady(context);
    return epoch;
  }

  it('are still missing in a session that is resumed, and still said', async () => {
    const first = await reduced();
    await first.double.happen('cut');
    await first.end;
    const second = next(first);
    await isReady(second.context);
    expect(second.context.info).toMatchObject({ evidence: 'RESUMED received' });
    expect(said(second.context, 'warn')).toHaveLength(1);
  });

  it('are not asked for again by the next session, which would cost one more', async () => {
    const first = await reduced();
    await first.double.closeWith(4900);
    await first.end;
    first.context.clock.advance(5_000);
    await isReady(next(first).context);
    expect(first.double.identifies).toBe(3);
  });

  it('are asked for when somebody restarts the account', async () => {
    const first = await reduced();
    first.context.abort();
    await first.end;
    first.double.grant(QQ_INTENTS.all);
    first.context.clock.advance(5_000);
    const second = next(first);
    await isReady(second.context);
    expect(first.double.log.at(-1)?.body).toMatchObject({ intents: 1174409216 });
    expect(said(second.context, 'warn')).toEqual([]);
  });

  it('at all make a failure that names the page', async () => {
    const { double, context } = await startDouble();
    double.grant(0);
    const epoch = run(double, context);
    await context.clock.armed(5_000);
    context.clock.advance(5_000);
    expect(await epoch.failure()).toMatchObject({
      class: 'permission',
      code: 'intents',
      fix: expect.stringContaining('q.qq.com'),
    });
    expect(double.identifies).toBe(2);
    expect(context.isReady).toBe(false);

    // Granted meanwhile: the next run finds out.
    double.grant(QQ_INTENTS.all);
    context.clock.advance(5_000);
    const second = next(epoch);
    await isReady(second.context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: 1174409216 });
  });
});

describe('the session budget', () => {
  it('that is used up ends the run until QQ renews it, without an Identify', async () => {
    const { double, context } = await startDouble();
    double.budget(0, 1_234_567);
    expect(await run(double, context).failure()).toMatchObject({
      class: 'rate_limited',
      code: 'session_budget',
      retryAfterMs: 1_234_567,
    });
    expect(double.identifies).toBe(0);
    expect(said(context, 'sessionStartsLeft')).toEqual([0]);
  });

  it('says how many starts are left while there are some', async () => {
    const { double, context } = await startDouble();
    double.budget(7, 1_234_567);
    run(double, context);
    await isReady(context);
    expect(said(context, 'sessionStartsLeft')).toEqual([7]);
  });

  it('that is said to be renewed at once is not asked for again and again', async () => {
    const { double, context } = await startDouble();
    double.budget(0, 0);
    expect(await run(double, context).failure()).not.toHaveProperty('retryAfterMs');
  });

  it('is not touched by a session that can be resumed', async () => {
    const first = await ready();
    first.double.budget(0, 1_234_567);
    await first.double.happen('cut');
    await first.end;
    await isReady(next(first).context);
  });
});
