import { describe, expect, it } from 'vitest';
import { slackAdapter } from '../../../../electron/core/channels/adapters/slack/slack';
import type { ProbeOutcome } from '../../../../electron/core/channels/channel-adapter';
import type { SlackDouble } from '../../../doubles/slack';
import { accountFor, probeContextOf } from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';
import { named, startDouble } from './slack-harness';

function ask(
  which: 'probe' | 'check',
  double: SlackDouble,
  context = new BareContext(),
): Promise<ProbeOutcome> {
  const asked = slackAdapter[which]?.(accountFor(slackAdapter, double), probeContextOf(context));
  if (asked === undefined) throw new Error(`no ${which}`);
  return asked;
}

describe('the probe', () => {
  it('proves the bot token with its identity, says what it does not prove, and opens nothing', async () => {
    const double = await startDouble();
    const outcome = await ask('probe', double);
    expect(outcome).toMatchObject({ ok: true, identity: { id: 'U0BOT', name: 'gatehouse (Double)' } });
    expect(outcome.note).toContain('app token');
    expect(double.log.map(({ name }) => name)).toEqual(['POST /api/auth.test']);
  });

  it('names the trouble in words when the token is wrong or nobody is there', async () => {
    const double = await startDouble();
    await double.fault('bad-credential');
    expect(await ask('probe', double)).toMatchObject({
      ok: false,
      class: 'auth',
      error: expect.stringContaining('bot token'),
      fix: expect.any(String),
    });
    await double.fault('down');
    expect(await ask('probe', double)).toMatchObject({ ok: false, class: 'network' });
  });

  it('ends when its signal does, and by itself after 10 s', async () => {
    const double = await startDouble();
    await double.fault('hang');
    const context = new BareContext();
    const asked = ask('probe', double, context);
    await double.seen(named('POST /api/auth.test'));
    context.abort();
    expect(await asked).toMatchObject({ ok: false });
    expect(context.clock.pendingTimers).toBe(0);
    const patient = new BareContext();
    const waiting = ask('probe', double, patient);
    await double.seen(() => double.log.length === 2);
    patient.clock.advance(10_000);
    expect(await waiting).toMatchObject({
      ok: false,
      class: 'network',
      error: expect.stringContaining('10 s'),
    });
  });
});

describe('the check before saving', () => {
  it('proves both tokens, each by its own call, and opens no socket', async () => {
    const double = await startDouble();
    expect(await ask('check', double)).toMatchObject({ ok: true, identity: { id: 'U0BOT' } });
    expect(double.log.map(({ name }) => name)).toEqual([
      'POST /api/auth.test',
      'POST /api/apps.connections.open',
    ]);
  });

  it.each([
    ['auth.test', 'botToken'],
    ['apps.connections.open', 'appToken'],
  ])('names the field when Slack turns %s down', async (method, field) => {
    const double = await startDouble();
    double.script(method, { body: { ok: false, error: 'invalid_auth' } });
    expect(await ask('check', double)).toMatchObject({ ok: false, class: 'auth', field });
  });

  it('blames no field for what is nobody’s fault', async () => {
    const double = await startDouble();
    await double.fault('server-error');
    const outcome = await ask('check', double);
    expect(outcome).toMatchObject({ ok: false, class: 'server' });
    expect(outcome).not.toHaveProperty('field');
  });
});

it('an account without a token is not started, not probed and not saved', async () => {
  const double = await startDouble();
  const account = { ...accountFor(slackAdapter, double), secretOf: {} };
  const context = new BareContext();
  expect(await slackAdapter.run(account, context)).toMatchObject({
    failure: { class: 'config', code: 'no_token' },
  });
  for (const which of ['probe', 'check'] as const) {
    expect(await slackAdapter[which]?.(account, probeContextOf(context))).toMatchObject({ ok: false });
  }
  expect(double.log).toEqual([]);
});
