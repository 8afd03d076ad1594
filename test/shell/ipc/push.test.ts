import { describe, expect, it } from 'vitest';
import { Emitter } from '../../../electron/core/lib/emitter';
import { Push } from '../../../electron/shell/ipc/push';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import type { SettingsView } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import type { CronEvent } from '../../../shared/model/cron';
import type { StatusSnapshot } from '../../../shared/model/status';
import { pendingPairing } from '../../helpers/device-views';
import { FakeClock } from '../../helpers/fake-clock';
import { MemorySettings } from '../../helpers/memory-settings';
import { statusSnapshot } from '../../helpers/status-snapshot';

function rethrow(error: unknown): never {
  throw error;
}

function authEvent(seq: number): AuthEvent {
  return { event: 'log.gap', seq, at: seq, monoMs: seq, dropped: 1, cause: 'test' };
}

function setUp() {
  const clock = new FakeClock();
  const statuses = new Emitter<StatusSnapshot>(rethrow);
  const events = new Emitter<AuthEvent>(rethrow);
  const devices = new Emitter<void>(rethrow);
  const cronEvents = new Emitter<CronEvent>(rethrow);
  const settings = new MemorySettings();
  let asked = 0;
  const pairing = {
    onChanged: devices.on,
    list: () => {
      asked += 1;
      return { pending: [pendingPairing({ refreshedAtMs: asked })], paired: [] };
    },
  };
  const messages = new Emitter<{ readonly seq: number }>(rethrow);
  const sent: { readonly name: string; readonly payload: unknown; readonly at: number }[] = [];
  const push = new Push({
    clock,
    send: (name, payload) => {
      sent.push({ name, payload, at: clock.monotonicMs() });
    },
    onStatus: statuses.on,
    onAuthEvent: events.on,
    pairing,
    onCronEvent: cronEvents.on,
    onMessage: messages.on,
    settings: new SettingsFeed(settings),
  });
  push.start();
  return { clock, statuses, events, devices, cronEvents, settings, asked: () => asked, sent, push };
}

describe('Push', () => {
  it('sends a lone change without waiting', () => {
    const { clock, statuses, sent } = setUp();
    statuses.emit(statusSnapshot({ seq: 1 }));
    clock.advance(0);
    expect(sent.map(({ name }) => name)).toEqual(['status.changed']);
  });

  it('sends at most ten snapshots a second, the latest each time, and the last one for sure', () => {
    const { clock, statuses, sent } = setUp();
    for (let seq = 1; seq <= 1_000; seq += 1) {
      statuses.emit(statusSnapshot({ seq }));
      clock.advance(1);
    }
    clock.advance(100);
    expect(sent.length).toBeLessThanOrEqual(11);
    const seqs = sent.map(({ payload }) => (payload as StatusSnapshot).seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(seqs.at(-1)).toBe(1_000);
  });

  it('sends auth events in order in one batch, and only the newest 200 of a flood', () => {
    const { clock, events, sent } = setUp();
    for (let seq = 1; seq <= 3; seq += 1) events.emit(authEvent(seq));
    clock.advance(0);
    for (let seq = 4; seq <= 5_000; seq += 1) events.emit(authEvent(seq));
    clock.advance(100);
    const batches = sent.map(({ payload }) => (payload as AuthEvent[]).map(({ seq }) => seq));
    expect(batches[0]).toEqual([1, 2, 3]);
    expect(batches[1]).toEqual(Array.from({ length: 200 }, (_, index) => 4_801 + index));
    expect(batches).toHaveLength(2);
  });

  it('sends the devices as they are, asked for once per push however often they changed', () => {
    const { clock, devices, sent, asked } = setUp();
    devices.emit();
    clock.advance(0);
    for (let change = 0; change < 50; change += 1) devices.emit();
    clock.advance(100);
    expect(sent.map(({ name }) => name)).toEqual(['devices.changed', 'devices.changed']);
    expect(asked()).toBe(2);
  });

  it('sends what happened to tasks in one batch, and null when it was too much', () => {
    const { clock, cronEvents, sent } = setUp();
    const happen = (times: number) => {
      for (let at = 0; at < times; at += 1) cronEvents.emit({ jobId: `job-${at}`, action: 'started' });
      clock.advance(100);
    };
    happen(200);
    happen(201);
    happen(1);
    expect(sent.map(({ name }) => name)).toEqual(['cron.changed', 'cron.changed', 'cron.changed']);
    expect(sent.map(({ payload }) => (payload as readonly unknown[] | null)?.length)).toEqual([
      200,
      undefined,
      1,
    ]);
    expect(sent[1]?.payload).toBeNull();
  });

  it('sends the settings as they are, once per push, with a number that rises', () => {
    const { clock, settings, sent } = setUp();
    settings.update({ ui: { theme: 'dark' } });
    clock.advance(0);
    settings.update({ ui: { language: 'en' } });
    settings.update({ ui: { language: 'zh-CN' } });
    clock.advance(100);
    expect(sent.map(({ name }) => name)).toEqual(['settings.changed', 'settings.changed']);
    const views = sent.map(({ payload }) => payload as SettingsView);
    expect(views.map(({ seq }) => seq)).toEqual([1, 3]);
    expect(views.map((view) => view.settings.ui.language)).toEqual(['system', 'zh-CN']);
  });

  it('is silent after stop and leaves neither timers nor listeners', () => {
    const { clock, statuses, events, devices, cronEvents, settings, sent, push } = setUp();
    statuses.emit(statusSnapshot());
    push.stop();
    devices.emit();
    settings.update({ ui: { theme: 'dark' } });
    cronEvents.emit({ jobId: 'job', action: 'removed' });
    statuses.emit(statusSnapshot());
    events.emit(authEvent(1));
    clock.advance(1_000);
    const listeners = [statuses, events, devices, cronEvents].map((emitter) => emitter.listenerCount);
    expect([sent, clock.pendingTimers, listeners]).toEqual([[], 0, [0, 0, 0, 0]]);
  });
});
