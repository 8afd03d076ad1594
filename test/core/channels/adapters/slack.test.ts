import { describe, expect, it } from 'vitest';
import { BareContext } from '../../../helpers/channel-doubles';
import { settle } from '../../../helpers/fake-clock';
import { acks, named, ready, start, startDouble, values } from './slack-harness';

const DISCONNECT = (reason: string) => JSON.stringify({ type: 'disconnect', reason });

describe('readiness', () => {
  it('is hello, after both tokens were proven, with the bot as identity', async () => {
    const { double, context } = await ready();
    expect(values(context, 'phase')).toEqual(['authenticating', 'connecting']);
    expect(context.info).toMatchObject({
      mode: 'socket',
      evidence: 'hello received',
      identity: { id: 'U0BOT', name: 'gatehouse (Double)' },
    });
    expect(double.log.map(({ name }) => name)).toEqual([
      'POST /api/auth.test',
      'POST /api/apps.connections.open',
      'GET /link/',
    ]);
    expect(double.links).toBe(1);
  });

  it('does not say connected when the tokens are right and the socket is open: only hello proves the link', async () => {
    const double = await startDouble();
    await double.fault('mute');
    // A ping proves a socket, not yet that events come over it.
    const answered = new Promise((resolve) => {
      double.onOpen = (socket) => {
        socket.once('pong', resolve);
        socket.ping();
      };
    });
    const { context, failure } = start(double);
    await answered;
    expect(context.isReady).toBe(false);
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'no_hello' });
    expect([context.isReady, context.clock.pendingTimers]).toEqual([false, 0]);
    expect(values(context, 'activity')).toEqual([]);
  });

  it('warns when another program holds a socket of the app, and not for the only one', async () => {
    const alone = await ready();
    expect(values(alone.context, 'warn')).toEqual([]);
    const double = await startDouble();
    double.others = 2;
    const { context } = start(double);
    await context.until(({ said }) => said.some(({ what }) => what === 'warn'));
    expect(values(context, 'warn')).toMatchObject([{ class: 'config', code: 'num_connections' }]);
  });

  it('warns of scopes that the bot token lacks', async () => {
    const double = await startDouble();
    double.scopes = 'users:read, team:read';
    const { context } = start(double);
    await context.until(() => values(context, 'warn').length === 2);
    expect(values(context, 'warn')).toMatchObject([
      { class: 'permission', code: 'scope_send' },
      { class: 'permission', code: 'scope_receive' },
    ]);
  });
});

describe('a token that Slack turns down', () => {
  const errors: readonly [string, string][] = [
    ['invalid_auth', 'auth'],
    ['not_authed', 'auth'],
    ['account_inactive', 'auth'],
    ['token_revoked', 'auth'],
    ['token_expired', 'auth'],
    ['user_removed_from_team', 'auth'],
    ['team_disabled', 'auth'],
    ['org_login_required', 'auth'],
    ['missing_scope', 'auth'],
    ['not_allowed_token_type', 'auth'],
    ['ekm_access_denied', 'permission'],
    ['ratelimited', 'rate_limited'],
    ['internal_error', 'server'],
    ['a word of tomorrow <script>', 'server'],
  ];
  it.each(errors)('as %s is class %s and names the token, with a way out', async (error, failureClass) => {
    for (const [method, token] of [
      ['auth.test', 'bot token'],
      ['apps.connections.open', 'app token'],
    ] as const) {
      const double = await startDouble();
      double.script(method, { body: { ok: false, error } });
      const failure = await start(double).failure();
      expect(failure.class).toBe(failureClass);
      if (failureClass === 'auth') {
        expect(failure.message).toContain(token);
        expect(failure.message).toContain(error);
        expect(failure.fix).toBeDefined();
      }
      expect(JSON.stringify(failure)).not.toContain('<script>');
    }
  });

  it('ends the epoch before anything is opened', async () => {
    const double = await startDouble();
    await double.fault('bad-credential');
    expect(await start(double).failure()).toMatchObject({ class: 'auth', code: 'invalid_auth' });
    expect(double.log.map(({ name }) => name)).toEqual(['POST /api/auth.test']);
  });

  it('is told apart when the two were mixed up', async () => {
    const double = await startDouble();
    const { appToken = '', botToken = '' } = double.secrets;
    const mixed = { secrets: { appToken: botToken, botToken: appToken } };
    expect(await start(double, new BareContext(), mixed).failure()).toMatchObject({
      code: 'not_allowed_token_type',
      message: expect.stringContaining('bot token'),
    });
  });
});

describe('an address that Slack did not give out', () => {
  it.each(['wss://slack.com.evil.example/link', 'ws://wss.slack.com/link', 'https://[', ''])(
    'is not dialled: %s',
    async (url) => {
      const double = await startDouble();
      double.socketUrl = url;
      expect(await start(double).failure()).toMatchObject({ class: 'protocol', code: 'foreign_address' });
      expect(double.log.some(named('GET /link/'))).toBe(false);
    },
  );

  it('is refused by Slack when its ticket was used before', async () => {
    const first = await ready();
    first.double.socketUrl = undefined;
    const double = first.double;
    double.socketUrl = `ws://127.0.0.1:${new URL(String((double.settings.endpoints as { api: string }).api)).port}/link/?ticket=TICKET-MARKER-1&app_id=A0DOUBLE`;
    const failure = await start(double).failure();
    expect(failure).toMatchObject({ class: 'protocol', code: 401 });
    expect(JSON.stringify(failure)).not.toContain('TICKET-MARKER');
  });
});

describe('a fault on the way', () => {
  it('is told in words, by its class, while connecting', async () => {
    for (const [fault, expected] of [
      ['rate-limit', { class: 'rate_limited', retryAfterMs: 2_000 }],
      ['server-error', { class: 'server', code: 500 }],
      ['malformed', { class: 'protocol', code: 'not_json' }],
      ['huge', { class: 'protocol', code: 'too_large' }],
      ['down', { class: 'network', code: 'ECONNREFUSED' }],
    ] as const) {
      const double = await startDouble();
      await double.fault(fault);
      expect(await start(double).failure()).toMatchObject(expected);
    }
  });

  it('is a timeout when nobody answers', async () => {
    const double = await startDouble();
    await double.fault('hang');
    const { context, failure } = start(double);
    await double.seen(named('POST /api/auth.test'));
    context.clock.advance(10_000);
    expect(await failure()).toMatchObject({ class: 'network', code: 'timeout' });
  });

  it.each([
    ['auth.test', { ok: true }],
    ['auth.test', { ok: false }],
    ['auth.test', { ok: 'true', user_id: 'U1' }],
    ['apps.connections.open', { ok: true, url: 7 }],
  ])('is of class protocol when the answer to %s is %j', async (method, body) => {
    const double = await startDouble();
    double.script(method, { body });
    expect(await start(double).failure()).toMatchObject({ class: 'protocol', code: 'odd_answer' });
  });

  const frames: readonly [string, string | Buffer][] = [
    ['broken JSON', '{"type":"events_api"'],
    ['a list', '[]'],
    ['no type', '{"envelope_id":"e"}'],
    ['an envelope without id', '{"type":"events_api","payload":{}}'],
    ['an id that is no text', '{"type":"interactive","envelope_id":7}'],
    ['binary', Buffer.from('{"type":"hello"}')],
  ];
  it.each(frames)('is of class protocol when a frame is %s', async (_name, frame) => {
    const { double, failure, context } = await ready();
    await double.raw(frame);
    expect(await failure()).toMatchObject({ class: 'protocol', code: 'bad_frame' });
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('is of class protocol when a frame is larger than anybody needs', async () => {
    const { double, failure } = await ready();
    await double.fault('huge');
    expect(await failure()).toMatchObject({ class: 'protocol', code: 'too_large' });
  });

  it('is no fault when a frame is of a type that came after us', async () => {
    const { double, context } = await ready();
    await double.raw('{"type":"news","payload":1}');
    await double.deliver({ text: 'still here' });
    await context.until(({ messages }) => messages.length === 1);
  });
});

describe('an end', () => {
  it('by a cut is class network, by a close frame class server', async () => {
    const cut = await ready();
    await cut.double.happen('cut');
    expect(await cut.failure()).toMatchObject({ class: 'network', code: 1006 });
    const closed = await ready();
    await closed.double.happen('close');
    expect(await closed.failure()).toMatchObject({ class: 'server', code: 1001 });
    expect([cut.context.clock.pendingTimers, closed.context.clock.pendingTimers]).toEqual([0, 0]);
  });

  it('by refresh_requested, or a reason of tomorrow, is a rotation', async () => {
    for (const reason of ['refresh_requested', 'too_many_cats']) {
      const { double, end, context } = await ready();
      await double.disconnect(reason);
      expect(await end).toEqual({ kind: 'rotate', reason: `Slack asked for a new connection (${reason})` });
      expect(context.clock.pendingTimers).toBe(0);
    }
  });

  it('by link_disabled says that Socket Mode is off, and where it is switched on', async () => {
    const { double, failure } = await ready();
    await double.disconnect('link_disabled');
    const { fix, ...rest } = await failure();
    const message = 'Socket Mode is switched off for this Slack app';
    expect(rest).toEqual({ class: 'config', code: 'link_disabled', message, terminal: true });
    expect(fix).toContain('Socket Mode');
  });

  it('is a failure when Slack wants us gone before its hello', async () => {
    for (const [reason, expected] of [
      ['refresh_requested', { class: 'server', code: 'no_hello' }],
      ['link_disabled', { class: 'config', code: 'link_disabled' }],
    ] as const) {
      const double = await startDouble();
      await double.fault('mute');
      double.onOpen = (socket) => socket.send(DISCONNECT(reason));
      expect(await start(double).failure()).toMatchObject(expected);
    }
  });

  it('comes when the bot token is revoked, and the next epoch learns why', async () => {
    const { double, end } = await ready();
    await double.happen('revoke');
    expect(await end).toMatchObject({ kind: 'failed', failure: { class: 'server', code: 1000 } });
    expect(await start(double).failure()).toMatchObject({ class: 'auth', code: 'token_revoked' });
  });
});

describe('a heartbeat', () => {
  it('is answered, and is dated proof', async () => {
    const { double, context } = await ready();
    const answered = () =>
      values(context, 'activity').filter((evidence) => evidence === 'ping answered').length;
    for (let beat = 1; beat <= 5; beat += 1) {
      context.clock.advance(10_000);
      await context.until(() => answered() === beat);
    }
    expect([double.log.filter(named('ping')).length, double.links]).toEqual([5, 1]);
  });

  it("of Slack's keeps a link that answers no ping of ours", async () => {
    const { double, context } = await ready({ pingEveryMs: 5 });
    double.answersPings = false;
    const received = () => values(context, 'activity').filter((what) => what === 'ping received').length;
    for (let beat = 1; beat <= 5; beat += 1) {
      const before = received();
      context.clock.advance(10_000);
      await context.until(() => received() > before);
    }
    expect(values(context, 'activity')).not.toContain('ping answered');
    await double.deliver({ text: 'still here' });
    await context.until(({ messages }) => messages.length === 1);
  });

  it('that is missed for 30 s ends the epoch as network: a silent link is not a healthy one', async () => {
    const { double, context, failure } = await ready();
    await double.fault('mute');
    context.clock.advance(29_999);
    await double.seen(() => double.log.filter(named('ping')).length === 2);
    context.clock.advance(1);
    expect(await failure()).toMatchObject({ class: 'network', code: 'silent' });
    expect(context.clock.pendingTimers).toBe(0);
  });
});

describe('a warning', () => {
  it('opens the next socket before the old one is closed, without a gap and without a new epoch', async () => {
    const { double, context } = await ready();
    const most = { links: 0 };
    double.onOpen = () => {
      most.links = double.links + 1;
    };
    await double.disconnect('warning');
    await double.seen(() => double.log.filter(named('GET /link/')).length === 2);
    await double.until(() => (double.links === 1 && most.links === 2) || undefined);
    expect(values(context, 'warn')).toEqual([]);
    await double.deliver({ text: 'after' });
    await context.until(({ messages }) => messages.length === 1);
    await acks(double, 1);
    expect(values(context, 'ready')).toHaveLength(1);
  });

  it('of other programs’ sockets is taken back when the next socket is the only one', async () => {
    const double = await startDouble();
    double.others = 2;
    const { context } = start(double);
    await context.until(() => values(context, 'warn').length === 1);
    double.others = 0;
    await double.disconnect('warning');
    await context.until(() => values(context, 'clearWarning').includes('num_connections'));
    expect(values(context, 'warn')).toHaveLength(1);
  });

  it('loses nothing that comes on the old socket meanwhile', async () => {
    const { double, context } = await ready();
    double.hold('apps.connections.open');
    await double.disconnect('warning');
    await double.seen(() => double.log.filter(named('POST /api/apps.connections.open')).length === 2);
    await double.deliver({ text: 'meanwhile' });
    await context.until(({ messages }) => messages.length === 1);
    double.release();
    await double.seen(() => double.log.filter(named('GET /link/')).length === 2);
    expect((await acks(double, 1)).length).toBe(1);
  });

  it('is a rotation when the old socket ends before the next one is there', async () => {
    const { double, end, context } = await ready();
    double.hold('apps.connections.open');
    await double.disconnect('warning');
    await double.seen(() => double.log.filter(named('POST /api/apps.connections.open')).length === 2);
    await double.closeWith(1000);
    expect(await end).toMatchObject({ kind: 'rotate' });
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('keeps the old socket for as long as it lives when the next one cannot be had', async () => {
    const { double, end, context } = await ready();
    double.script('apps.connections.open', { body: { ok: false, error: 'internal_error' } });
    await double.disconnect('warning');
    await double.seen(() => double.log.filter(named('POST /api/apps.connections.open')).length === 2);
    await double.deliver({ text: 'still' });
    await context.until(({ messages }) => messages.length === 1);
    await double.happen('cut');
    expect(await end).toMatchObject({ kind: 'rotate' });
  });
});

describe('a stop', () => {
  it('settles in every phase, with nothing left open', async () => {
    const stops: readonly [string, 'hang' | 'mute' | 'none', string | undefined][] = [
      ['while asking for the bot', 'hang', 'POST /api/auth.test'],
      ['while waiting for hello', 'mute', 'GET /link/'],
      ['while ready', 'none', undefined],
    ];
    for (const [, fault, seen] of stops) {
      const double = await startDouble();
      await double.fault(fault);
      const { context, end } = start(double);
      if (seen === undefined) await context.until(({ isReady }) => isReady);
      else await double.seen(named(seen));
      context.abort();
      expect(await end).toEqual({ kind: 'aborted' });
      expect(context.clock.pendingTimers).toBe(0);
      await double.until(() => double.links === 0 || undefined);
    }
  });

  it('before the start opens nothing', async () => {
    const double = await startDouble();
    const context = new BareContext();
    context.abort();
    expect(await start(double, context).end).toEqual({ kind: 'aborted' });
    expect(double.log).toEqual([]);
  });

  it('while a replacement waits for its hello is over when both sockets are closed, not before', async () => {
    const { double, context, end } = await ready();
    const opened = new Promise<void>((resolve) => {
      double.onOpen = (socket) => {
        // Not even a close is answered.
        socket.pause();
        resolve();
      };
    });
    await double.disconnect('warning');
    await double.fault('mute');
    await opened;
    while (context.clock.pendingTimers < 3) await settle();
    let isOver = false;
    void end.then(() => {
      isOver = true;
    });
    context.abort();
    await double.until(() => double.links === 0 || undefined);
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect(isOver).toBe(false);
    context.clock.advance(500);
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
  });

  it('during a replacement closes both sockets', async () => {
    const { double, context, end } = await ready();
    double.hold('apps.connections.open');
    await double.disconnect('warning');
    await double.seen(() => double.log.filter(named('POST /api/apps.connections.open')).length === 2);
    context.abort();
    expect(await end).toEqual({ kind: 'aborted' });
    expect(context.clock.pendingTimers).toBe(0);
    await double.until(() => double.links === 0 || undefined);
  });
});
