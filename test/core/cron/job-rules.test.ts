import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeNewJob, judgePatch } from '../../../electron/core/cron/job-rules';
import { isAllowed, parseTarget } from '../../../electron/core/lib/webhook-target';
import { publicTarget } from '../../../shared/model/cron-public';
import type { CronAddParams, CronPatch } from '../../../shared/protocol/methods/cron';
import { cronMethods, cronStoreSchema } from '../../../shared/protocol/methods/cron';
import { ScriptedChannels } from '../../helpers/scripted-channels';
import { jobInput, START, storedJob } from './harness';

const { outbound } = new ScriptedChannels({ channel: 'slack' }, { channel: 'slack', accountId: 'work' });

function refusal(input: Partial<CronAddParams>): string {
  const judged = judgeNewJob(jobInput(input), START, outbound);
  return judged.ok ? 'ok' : `${judged.error.field}: ${judged.error.message}`;
}

describe('what needs agents, sessions, scripts or channels', () => {
  it('is refused in words that name the field', () => {
    expect(refusal({ payload: { kind: 'agentTurn', message: 'x' } })).toBe(
      'payload.kind: this gateway runs no agents, so "agentTurn" cannot work: use "systemEvent"',
    );
    expect(refusal({ payload: { kind: 'command', argv: ['rm'] } })).toContain('runs no commands');
    expect(refusal({ payload: { kind: 'script', script: 'x' } })).toContain('payload.kind');
    expect(refusal({ payload: { kind: 'heartbeat' } })).toContain('payload.kind');
    expect(refusal({ schedule: { kind: 'stream', command: ['x'] } })).toContain('schedule.kind');
    expect(refusal({ schedule: { kind: 'on-exit', command: 'x' } })).toContain('schedule.kind');
    expect(refusal({ sessionTarget: 'isolated' })).toContain('sessionTarget: this gateway runs no agents');
    expect(refusal({ sessionTarget: 'session:x' })).toContain('sessionTarget');
    expect(refusal({ sessionKey: 'agent:other:x' })).toContain('sessionKey');
    expect(refusal({ agentId: 'other' })).toContain('agentId');
    expect(refusal({ pacing: { min: '1m' } })).toContain('pacing');
    expect(refusal({ trigger: { script: 'x' } })).toContain('trigger');
    expect(refusal({ declarationKey: 'x' })).toContain('declarationKey');
    expect(refusal({ owner: {} })).toContain('owner');
    expect(refusal({ delivery: { mode: 'none', channel: 'telegram' } })).toContain('delivery.channel');
    const to = 'https://hooks.example/';
    expect(refusal({ delivery: { mode: 'webhook', to, failureDestination: {} } })).toContain(
      'use failureAlert',
    );
    expect(refusal({ failureAlert: { after: 2 } })).toContain('failureAlert.mode');
    expect(refusal({ failureAlert: { mode: 'webhook', to, includeSkipped: true } })).toContain(
      'includeSkipped',
    );
    expect(refusal({ name: '\u202e\u0007 ' })).toContain('name');
  });

  it('does not hinder what upstream’s command line sends for a system event', () => {
    const job = judgeNewJob(
      jobInput({
        agentId: null,
        sessionKey: 'agent:main:main',
        wakeMode: 'next-heartbeat',
        delivery: { mode: 'none', channel: 'last' },
        failureAlert: false,
        schedule: { kind: 'at', at: '2026-02-01T00:00:00Z' },
      }),
      START,
      outbound,
    );
    expect(job).toMatchObject({
      ok: true,
      value: { enabled: true, deleteAfterRun: true, delivery: { mode: 'none' }, failureAlert: false },
    });
  });
});

describe('an announcement', () => {
  const announce = { mode: 'announce', channel: 'slack', to: ' C1 ' } as const;
  const accepted = (input: Partial<CronAddParams>) => {
    const judged = judgeNewJob(jobInput(input), START, outbound);
    return judged.ok ? judged.value : judged.error;
  };

  it('is accepted for an account that there is, and stored with the names that were checked', () => {
    expect(accepted({ delivery: { ...announce, accountId: 'work', bestEffort: true } })).toMatchObject({
      delivery: { mode: 'announce', channel: 'slack', accountId: 'work', to: 'C1', bestEffort: true },
    });
    // The only channel that can send need not be named, and no account is the channel's own choice.
    expect(accepted({ delivery: { mode: 'announce', to: 'C1' } })).toMatchObject({
      delivery: { mode: 'announce', channel: 'slack', to: 'C1' },
    });
    expect(accepted({ failureAlert: { ...announce, after: 1, cooldownMs: 0 } })).toMatchObject({
      failureAlert: { mode: 'announce', channel: 'slack', to: 'C1', after: 1, cooldownMs: 0 },
    });
  });

  it.each([
    [{ ...announce, channel: 'last' }, 'delivery.channel: this gateway keeps no last conversation'],
    [{ ...announce, channel: 'telex' }, 'delivery.channel: unsupported channel: telex'],
    [{ ...announce, channel: 'deaf' }, 'delivery.channel: unsupported channel: deaf'],
    [{ ...announce, channel: 'feishu' }, 'delivery.channel: the channel feishu has no account'],
    [{ ...announce, accountId: 'gone' }, 'delivery.accountId: there is no account slack/gone'],
    [{ ...announce, to: ' ' }, 'delivery.to: is required: the conversation'],
    [{ mode: 'announce', channel: 'slack' }, 'delivery.to: is required'],
    [{ ...announce, threadId: 7 }, 'delivery.threadId: a thread is part of delivery.to'],
    [{ ...announce, completionDestination: {} }, 'delivery.completionDestination: is not supported'],
    [{ ...announce, failureDestination: {} }, 'delivery.failureDestination: is not supported'],
  ] as const)('%j is refused before the job exists', (delivery, words) => {
    expect(refusal({ delivery })).toContain(words);
  });

  it('is refused when one message cannot hold it', () => {
    const text = (length: number) => ({ kind: 'systemEvent' as const, text: 'x'.repeat(length) });
    expect(refusal({ delivery: announce, payload: text(40) })).toBe('ok');
    expect(refusal({ delivery: announce, payload: text(41) })).toBe(
      'payload.text: has 41 characters, slack takes 40',
    );
    expect(refusal({ delivery: announce, payload: { kind: 'systemEvent', text: ' \n' } })).toContain(
      'payload.text: holds nothing',
    );
  });

  it('and a webhook do not take over each other’s target', () => {
    expect(refusal({ delivery: { ...announce, mode: 'webhook', to: 'https://a.example/' } })).toContain(
      'delivery.channel: belongs to "announce"',
    );
    expect(refusal({ delivery: { mode: 'none', accountId: 'work' } })).toContain('delivery.accountId');
    expect(refusal({ failureAlert: { mode: 'webhook', channel: 'slack' } })).toContain(
      'failureAlert.channel',
    );
    expect(refusal({ failureAlert: { mode: 'announce' } })).toContain('failureAlert.to');
  });

  it('stays what it is when something else is changed, even when its account is gone', () => {
    const job = storedJob('a', {
      delivery: { mode: 'announce', channel: 'slack', accountId: 'gone', to: 'C1' },
    });
    const patched = (patch: CronPatch) => {
      const judged = judgePatch(job, patch, START, outbound);
      return judged.ok ? judged.value.delivery : judged.error;
    };
    expect(patched({ name: 'new' })).toEqual(job.delivery);
    expect(patched({ delivery: { to: 'C2' } })).toMatchObject({ field: 'delivery.accountId' });
    expect(patched({ delivery: { accountId: null } })).toEqual({
      mode: 'announce',
      channel: 'slack',
      to: 'C1',
    });
    expect(patched({ delivery: { mode: 'webhook' } })).toMatchObject({ field: 'delivery.to' });
    expect(patched({ delivery: { mode: 'webhook', to: 'https://a.example/' } })).toEqual({
      mode: 'webhook',
      to: 'https://a.example/',
    });
    expect(patched({ delivery: { mode: 'none' } })).toEqual({ mode: 'none' });
    const there = storedJob('b', { delivery: { mode: 'announce', channel: 'slack', to: 'C1' } });
    const longer = judgePatch(
      there,
      { payload: { kind: 'systemEvent', text: 'x'.repeat(41) } },
      START,
      outbound,
    );
    expect(longer).toMatchObject({ ok: false, error: { field: 'payload.text' } });
  });

  it('of an alert replaces a webhook and keeps its rhythm', () => {
    const job = storedJob('a', {
      failureAlert: { mode: 'webhook', to: 'https://a.example/', after: 3, cooldownMs: 5 },
    });
    expect(judgePatch(job, { failureAlert: announce }, START, outbound)).toMatchObject({
      value: { failureAlert: { mode: 'announce', channel: 'slack', to: 'C1', after: 3, cooldownMs: 5 } },
    });
  });
});

describe('a patch', () => {
  const job = storedJob('a', {
    delivery: { mode: 'webhook', to: 'https://hooks.example/a', bestEffort: true },
    failureAlert: { mode: 'webhook', to: 'https://hooks.example/b', after: 3 },
  });
  const patched = (patch: CronPatch) => {
    const judged = judgePatch(job, patch, START, outbound);
    return judged.ok ? judged.value : judged.error;
  };

  it('changes only what it names, and clears with null', () => {
    expect(patched({ delivery: { bestEffort: false } })).toMatchObject({
      delivery: { mode: 'webhook', to: 'https://hooks.example/a', bestEffort: false },
    });
    expect(patched({ delivery: { mode: 'none' } })).toMatchObject({ delivery: { mode: 'none' } });
    expect(patched({ failureAlert: { after: null } })).toMatchObject({
      failureAlert: { mode: 'webhook', to: 'https://hooks.example/b' },
    });
    expect(patched({ failureAlert: null })).not.toHaveProperty('failureAlert');
    expect(patched({ failureAlert: false })).toMatchObject({ failureAlert: false });
    expect(patched({ payload: { kind: 'systemEvent' } })).toMatchObject({ payload: job.payload });
    expect(patched({ displayName: 'x' })).toMatchObject({ displayName: 'x', name: 'a' });
  });

  it('is judged as the whole job it makes', () => {
    expect(patched({ payload: { kind: 'agentTurn' } })).toMatchObject({ field: 'payload.kind' });
    expect(patched({ state: { nextRunAtMs: 1 } })).toMatchObject({ field: 'state' });
    expect(patched({ delivery: { to: null } })).toMatchObject({ field: 'delivery.to' });
    expect(patched({ schedule: { kind: 'cron', expr: 'x' } })).toMatchObject({ field: 'schedule.expr' });
  });
});

it('every job that is accepted can be read back from the store', () => {
  const target = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc.string({ maxLength: 60 }).map((path) => `https://hooks.example/${path}`),
  );
  const announcement = fc.record(
    {
      mode: fc.constant('announce' as const),
      channel: fc.constantFrom('slack', ' SLACK', 'last', 'deaf'),
      accountId: fc.constantFrom('work', ' ', null, 'gone'),
      to: fc.string({ maxLength: 40 }),
    },
    { requiredKeys: ['mode'] },
  );
  const input = fc.record(
    {
      name: fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }),
      description: fc.string({ maxLength: 50 }),
      displayName: fc.string({ minLength: 1, maxLength: 50 }),
      enabled: fc.boolean(),
      schedule: fc.oneof(
        fc.record({ kind: fc.constant('every' as const), everyMs: fc.integer({ min: 1 }) }),
        fc.record({
          kind: fc.constant('cron' as const),
          expr: fc.constantFrom('* * * * *', '@daily', ' 0 9 * * * ', '0 0 1 1 *', 'x'),
          tz: fc.constantFrom('UTC', 'Europe/Berlin', ''),
        }),
        fc.record({
          kind: fc.constant('at' as const),
          at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        }),
      ),
      delivery: fc.oneof(
        fc.record({ mode: fc.constantFrom('none' as const, 'webhook' as const), to: target }),
        announcement,
      ),
      failureAlert: fc.oneof(
        fc.record({ mode: fc.constant('webhook' as const), to: target, after: fc.nat() }),
        announcement,
      ),
    },
    { requiredKeys: ['name', 'schedule'] },
  );
  let accepted = 0;
  fc.assert(
    fc.property(input, (partial) => {
      const params = cronMethods['cron.add'].params.safeParse(jobInput(partial as Partial<CronAddParams>));
      if (!params.success) return;
      const judged = judgeNewJob(params.data, START, outbound);
      if (!judged.ok) return;
      accepted += 1;
      const job = { id: 'x', ...judged.value, createdAtMs: START, updatedAtMs: START, state: {} };
      const text = JSON.stringify({ version: 1, jobs: [job] });
      expect(cronStoreSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
    }),
    { numRuns: 600 },
  );
  // About one in eight; far fewer would mean that the test asks nothing.
  expect(accepted).toBeGreaterThan(15);
});

describe('the target of a webhook', () => {
  const why = (text: string) => {
    const parsed = parseTarget(text);
    return parsed.ok ? 'ok' : parsed.error;
  };

  it.each([
    'https://hooks.example/a?b=c',
    'https://93.184.216.34/',
    'https://[2606:4700::1111]/',
    'https://127.0.0.1:8443/',
    'http://localhost:8080/x',
    'http://127.9.9.9/',
    'http://[::1]:1/',
    // WHATWG URLs know these as 127.0.0.1.
    'http://2130706433/',
    'http://0x7f.1/',
  ])('may be %s', (text) => expect(why(text)).toBe('ok'));

  it.each([
    ['http://hooks.example/', 'must be https'],
    ['http://169.254.169.254/latest', 'must be https'],
    ['http://localhost.evil.example/', 'must be https'],
    ['https://10.0.0.1/', 'private'],
    ['https://192.168.1.1/', 'private'],
    ['https://172.20.0.1/', 'private'],
    ['https://100.64.0.1/', 'private'],
    ['https://169.254.169.254/', 'private'],
    ['https://0.0.0.0/', 'private'],
    ['https://3232235777/', 'private'],
    ['https://[::ffff:10.0.0.1]/', 'private'],
    ['https://[fd00::1]/', 'private'],
    ['https://[fe80::1]/', 'private'],
    ['https://[64:ff9b::a00:1]/', 'private'],
    ['https://[2002:a00:1::]/', 'private'],
    ['https://user:pass@hooks.example/', 'user name'],
    ['https://hooks.example/#x', 'fragment'],
    ['file:///etc/passwd', 'neither'],
    ['javascript:alert(1)', 'neither'],
    ['ftp://hooks.example/', 'neither'],
    ['hooks.example', 'not a URL'],
    ['https://hooks.example/…', 'only the shown part'],
  ])('may not be %s', (text, words) => expect(why(text)).toContain(words));

  it('is judged again by the address that its name leads to', () => {
    const url = new URL('https://hooks.example/');
    expect(isAllowed(url, { address: '93.184.216.34', family: 4 })).toBe(true);
    expect(isAllowed(url, { address: '127.0.0.1', family: 4 })).toBe(true);
    expect(isAllowed(url, { address: '10.1.2.3', family: 4 })).toBe(false);
    expect(isAllowed(url, { address: '::ffff:10.1.2.3', family: 6 })).toBe(false);
    expect(isAllowed(new URL('http://localhost/'), { address: '93.184.216.34', family: 4 })).toBe(false);
  });

  it('is shown without its path', () => {
    expect(publicTarget('https://hooks.example:8443/services/secret?token=x')).toBe(
      'https://hooks.example:8443/…',
    );
  });
});
