import { afterEach, describe, expect, it } from 'vitest';
import { discordAdapter } from '../../../../electron/core/channels/adapters/discord/discord-adapter';
import type { Fault } from '../../../doubles/channel-double';
import { type DiscordDouble, type DiscordDoubleOptions, startDiscordDouble } from '../../../doubles/discord';
import { type AccountChanges, accountFor, probeContextOf, runEpochOf } from '../../../helpers/adapter-epoch';
import { GatewayContext, isReady, said, seenTimes } from '../../../helpers/gateway-epochs';

const WANTED = 1 | 512 | 4096 | 32768;
const WITHOUT_CONTENT = 1 | 512 | 4096;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble(options: DiscordDoubleOptions = {}) {
  const context = new GatewayContext();
  const double = await startDiscordDouble({ clock: context.clock, ...options });
  cleanups.push(() => double.close());
  return { double, context };
}

function run(double: DiscordDouble, context: GatewayContext, changes: AccountChanges = {}) {
  const epoch = runEpochOf(discordAdapter, accountFor(discordAdapter, double, changes), context);
  cleanups.push(() => {
    context.abort();
    return epoch.end;
  });
  return { ...epoch, context, double };
}

async function ready(options: DiscordDoubleOptions = {}) {
  const { double, context } = await startDouble(options);
  const epoch = run(double, context);
  await isReady(context);
  return epoch;
}

function next({ double, context }: { double: DiscordDouble; context: GatewayContext }) {
  return run(double, new GatewayContext(context));
}

function probe(double: DiscordDouble, context: GatewayContext, changes: AccountChanges = {}) {
  return discordAdapter.probe?.(accountFor(discordAdapter, double, changes), probeContextOf(context));
}

function frames({ log }: DiscordDouble): readonly string[] {
  return log.filter(({ via }) => via === 'ws').map(({ name }) => name);
}

describe('readiness', () => {
  it('is READY', async () => {
    const { double, context } = await ready();
    expect(double.log.map(({ name }) => name)).toEqual([
      'GET /api/v10/gateway/bot',
      'GET /api/v10/applications/@me',
      'GET /?v=10&encoding=json',
      'identify',
    ]);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: WANTED, properties: { browser: 'gatehouse' } });
    expect(context.info).toMatchObject({
      mode: 'websocket',
      evidence: 'READY received',
      identity: { id: '900000000000000001', name: 'double' },
    });
    expect(said(context, 'warn')).toEqual([]);
  });

  it('does not come with the open socket or the greeting', async () => {
    const { double, context } = await startDouble();
    await double.fault('mute');
    run(double, context);
    await seenTimes(double, 'GET /?v=10&encoding=json');
    expect(context.isReady).toBe(false);
  });

  it('comes with RESUMED, too, where READY said, without a call, and with what was missed', async () => {
    const first = await ready();
    const { double } = first;
    await double.happen('cut');
    await first.end;
    await double.deliver({ text: 'missed' });
    const calls = double.log.filter(({ via }) => via === 'http').length;
    const second = next(first);
    await isReady(second.context);
    expect(second.context.info).toMatchObject({ evidence: 'RESUMED received' });
    expect(second.context.messages.map(({ text }) => text)).toEqual(['missed']);
    expect(double.log.filter(({ via }) => via === 'http').length).toBe(calls + 1);
    expect(double.identifies).toBe(1);
  });

  it('takes a token with its scheme before it, as people paste it', async () => {
    const { double, context } = await startDouble();
    run(double, context, { secrets: { token: `Bot ${double.secrets.token}\n` } });
    await isReady(context);
  });
});

describe('a close of Discord’s', () => {
  it.each([
    [4000, 'server', 'resume'],
    [4001, 'protocol', 'identify'],
    [4002, 'protocol', 'identify'],
    [4003, 'server', 'identify'],
    [4004, 'auth', 'identify'],
    [4005, 'protocol', 'identify'],
    [4007, 'server', 'identify'],
    [4008, 'rate_limited', 'resume'],
    [4009, 'server', 'resume'],
    [4010, 'config', 'identify'],
    [4011, 'config', 'identify'],
    [4012, 'config', 'identify'],
    [4013, 'config', 'identify'],
    [4014, 'permission', 'identify'],
    [1001, 'server', 'resume'],
  ])('with %i is %s, and the next run begins with %s', async (code, failureClass, then) => {
    const first = await ready();
    await first.double.closeWith(code);
    const failure = await first.failure();
    expect(failure).toMatchObject({ class: failureClass, code });
    // Discord's own list of what is not to be tried again, less the token (4004), which every channel blocks on.
    expect(failure.terminal).toBe(code >= 4010 && code <= 4014 ? true : undefined);
    first.context.clock.advance(5_000);
    await isReady(next(first).context);
    expect(frames(first.double).at(-1)).toBe(then);
  });

  it.each(['invalid', 4007, 4009] as const)(
    'or answer of %s to a Resume leads to a new session',
    async (verdict) => {
      const first = await ready({ identifyEveryMs: 5_000 });
      await first.double.happen('cut');
      await first.end;
      first.double.answerResumeWith(verdict);
      const second = next(first);
      await first.context.clock.armed(5_000);
      first.context.clock.advance(5_000);
      await isReady(second.context);
      expect(frames(first.double)).toEqual(['identify', 'resume', 'identify']);
    },
  );

  it('for a planned reconnect is a rotation', async () => {
    const first = await ready();
    await first.double.happen('rotate');
    expect(await first.end).toMatchObject({ kind: 'rotate' });
    await isReady(next(first).context);
    expect(frames(first.double).at(-1)).toBe('resume');
  });

  it('is not waited for when heartbeats are no longer answered', async () => {
    const epoch = await ready();
    await epoch.double.fault('mute');
    epoch.context.clock.advance(20_625);
    await seenTimes(epoch.double, 'heartbeat');
    epoch.context.clock.advance(41_250);
    expect(await epoch.failure()).toMatchObject({ class: 'network', code: 'heartbeat' });
  });
});

describe('the intent to read messages', () => {
  it('that is off in the portal leaves the bot connected and is said', async () => {
    const { double, context } = await startDouble();
    double.contentIntent('off');
    run(double, context);
    await isReady(context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: WITHOUT_CONTENT });
    expect(said(context, 'warn')).toMatchObject([
      {
        class: 'permission',
        code: 'message_content',
        fix: expect.stringContaining('Message Content Intent'),
      },
    ]);
    await double.deliver({ text: 'secret', conversation: double.guildChannel });
    await context.until(({ messages }) => messages.length === 1);
    expect(context.messages[0]).toMatchObject({ text: '', kind: 'hidden' });
  });

  it.each(['granted', 'limited'] as const)('that is %s in the portal is asked for', async (how) => {
    const { double, context } = await startDouble();
    double.contentIntent(how);
    run(double, context);
    await isReady(context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: WANTED });
    expect(said(context, 'warn')).toEqual([]);
  });

  it('counts as off where the application tells no flags, and the bot connects all the same', async () => {
    const { double, context } = await startDouble();
    double.contentIntent('off');
    double.omitFlags();
    run(double, context);
    await isReady(context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: WITHOUT_CONTENT });
  });

  it('is asked for again when somebody restarts the account', async () => {
    const { double, context } = await startDouble();
    double.contentIntent('off');
    const first = run(double, context);
    await isReady(context);
    context.abort();
    await first.end;
    double.contentIntent('limited');
    context.clock.advance(5_000);
    const second = next(first);
    await isReady(second.context);
    expect(double.log.at(-1)?.body).toMatchObject({ intents: WANTED });
    expect(said(second.context, 'warn')).toEqual([]);
  });

  it('that Discord refuses all the same (4014) is a failure with the portal’s step', async () => {
    const { double, context } = await startDouble();
    double.disallowContent();
    expect(await run(double, context).failure()).toMatchObject({
      class: 'permission',
      code: 4014,
      fix: expect.stringContaining('developer portal'),
    });
    expect(double.identifies).toBe(1);
  });
});

describe('what goes wrong', () => {
  it.each([0, 5])(
    'with %i session starts left is not made worse: Discord would reset the token',
    async (left) => {
      const { double, context } = await startDouble();
      double.budget(left, 3_600_000);
      expect(await run(double, context).failure()).toMatchObject({
        class: 'rate_limited',
        code: 'session_budget',
        retryAfterMs: 3_600_000,
      });
      expect(double.identifies).toBe(0);
    },
  );

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
    if (fault === 'rate-limit') expect(failure.retryAfterMs).toBe(2_000);
    expect(await probe(double, new GatewayContext(context))).toMatchObject({
      ok: false,
      class: failureClass,
    });
  });

  it.each<Fault>(['malformed', 'huge'])('on the link, something %s, ends it', async (fault) => {
    const epoch = await ready();
    await epoch.double.fault(fault);
    expect(await epoch.failure()).toMatchObject({ class: 'protocol' });
  });

  it('with the token revoked while connected ends the link, and the next run says why', async () => {
    const first = await ready();
    await first.double.happen('revoke');
    expect(await first.failure()).toMatchObject({ class: 'auth', code: 4004 });
    expect(await next(first).failure()).toMatchObject({ class: 'auth', code: 401, fix: expect.any(String) });
  });

  it.each(['', 'two words', '令牌', 'a\u0000b'])('with "%s" for a token asks nobody', async (token) => {
    const { double, context } = await startDouble();
    expect(await run(double, context, { secrets: { token } }).failure()).toMatchObject({ class: 'auth' });
    expect(await probe(double, context, { secrets: { token } })).toMatchObject({ ok: false, field: 'token' });
    expect(double.log).toEqual([]);
  });

  it('with a foreign address is not followed', async () => {
    const { double, context } = await startDouble();
    double.gatewayUrl = 'wss://gateway.discord.gg.evil.test';
    expect(await run(double, context).failure()).toMatchObject({ code: 'foreign_address' });
  });

  it.each<[string, Fault]>([
    ['GET /api/v10/gateway/bot', 'hang'],
    ['GET /?v=10&encoding=json', 'mute'],
    ['identify', 'none'],
  ])('a stop at %s leaves nothing behind', async (name, fault) => {
    const { double, context } = await startDouble();
    await double.fault(fault);
    const epoch = run(double, context);
    await seenTimes(double, name);
    if (fault === 'none') await isReady(context);
    context.abort();
    expect(await epoch.end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('never shows the token', async () => {
    const first = await ready();
    const { double, context } = first;
    double.script({ status: 400, body: { code: 1, message: 'no' } });
    const text = { to: double.directChannel, text: 'hello', idempotencyKey: 'key' };
    const outcome = await context.info?.live?.send?.(text, new AbortController().signal);
    expect(outcome).toMatchObject({ ok: false });
    await double.happen('revoke');
    const failures = [await first.failure(), await next(first).failure(), await probe(double, context)];
    const all = JSON.stringify([
      outcome,
      failures,
      context.said,
      context.log.lines,
      [...context.store.values],
    ]);
    expect(all).not.toContain(double.secrets.token);
    expect(all).not.toContain('discord-double-secret');
  });
});

describe('the probe', () => {
  it('says who the bot is', async () => {
    const { double, context } = await startDouble();
    expect(await probe(double, context)).toEqual({
      ok: true,
      identity: { id: '900000000000000001', name: 'double' },
    });
  });

  it('ends with its signal when Discord does not answer', async () => {
    const { double, context } = await startDouble();
    await double.fault('hang');
    const outcome = probe(double, context);
    await seenTimes(double, 'GET /api/v10/users/@me');
    context.abort();
    expect(await outcome).toMatchObject({ ok: false });
  });
});
