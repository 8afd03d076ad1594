// `channels.status` with `probe` under a deadline that holds however many accounts hang (protocol section 5.2).

import { describe, expect, it } from 'vitest';
import { channelsStatusMethod } from '../../../electron/core/gateway/methods/channels';
import type { Caller } from '../../../electron/core/gateway/methods/method-registry';
import type { ProtocolVersion } from '../../../shared/protocol/version';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const EVENT_LOOP = {
  degraded: false,
  reasons: [],
  intervalMs: 1,
  delayP99Ms: 0,
  delayMaxMs: 0,
  utilization: 0,
  cpuCoreRatio: 0,
};

async function harness(accountIds: readonly string[], protocol: ProtocolVersion = 4) {
  const adapter = new ScriptedAdapter('fake', accountIds);
  const { manager, clock } = managerHarness([adapter]);
  await manager.start();
  await settle();
  const method = channelsStatusMethod({ channels: manager, clock, eventLoop: { last: EVENT_LOOP } });
  const caller = { principal: { protocol } } as Caller;
  return {
    adapter,
    clock,
    ask: async (params: Parameters<typeof method>[0]) => {
      const result = await method(params, caller);
      if (!result.ok) throw new Error(result.error.message);
      // biome-ignore lint/suspicious/noExplicitAny: the payload is looked into
      return result.value as any;
    },
  };
}

describe('channels.status', () => {
  it('has no issues, event loop or warnings for protocol 3', async () => {
    const { ask } = await harness(['a'], 3);
    const payload = await ask({ probe: true });
    expect(Object.keys(payload)).not.toEqual(expect.arrayContaining(['statusIssues']));
    expect(payload).not.toHaveProperty('eventLoop');
  });

  it('tells protocol 4 of issues and of the event loop, without a probe too', async () => {
    const { adapter, ask } = await harness(['a']);
    adapter.latest('a').fail({ class: 'banned', message: 'banned' });
    await settle();
    expect(await ask(undefined)).toMatchObject({
      eventLoop: EVENT_LOOP,
      statusIssues: [{ channel: 'fake', accountId: 'a', kind: 'auth' }],
    });
  });

  it('knows the channels that there could be, and says of another that it is unknown', async () => {
    const { ask } = await harness([]);
    expect((await ask({ channel: 'fake' })).channelOrder).toEqual([]);
    await expect(ask({ channel: 'telex\u202e', probe: true })).rejects.toThrow(/^unknown channel: telex$/);
  });

  it('is complete when every probe ends', async () => {
    const { ask } = await harness(['a', 'b']);
    const payload = await ask({ probe: true, timeoutMs: 5_000 });
    expect(payload).not.toHaveProperty('partial');
    expect(payload.channelAccounts.fake.map((each: { probe: { ok: boolean } }) => each.probe.ok)).toEqual([
      true,
      true,
    ]);
  });

  it('is partial, with a warning each, when more accounts hang than are probed at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    const { adapter, clock, ask } = await harness(names);
    adapter.onProbe = () => new Promise(() => undefined);
    const asked = ask({ probe: true, timeoutMs: 2_000 });
    await clock.advanceAsync(2_250);
    const payload = await asked;
    expect(payload.partial).toBe(true);
    expect(payload.warnings).toHaveLength(12);
    expect(payload.warnings[0]).toBe('fake/n0: no answer within 2000 ms');
    expect(payload.warnings.at(-1)).toBe('fake/n11: the probe has not finished');
  });

  it('clamps what is asked for to between one second and less than a request may take', async () => {
    const { adapter, clock, ask } = await harness(['a']);
    adapter.onProbe = () => new Promise(() => undefined);
    const hasty = ask({ probe: true, timeoutMs: 0 });
    await clock.advanceAsync(1_250);
    expect((await hasty).warnings).toEqual(['fake/a: no answer within 1000 ms']);
    const patient = ask({ probe: true, timeoutMs: 10_000_000 });
    await clock.advanceAsync(29_250);
    expect((await patient).warnings).toEqual(['fake/a: no answer within 29000 ms']);
    expect(clock.pendingTimers).toBeLessThan(10);
  });
});
