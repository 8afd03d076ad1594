// The stores between bridge and components: order of snapshots, the live log, and calls that fail or hang.

import { describe, expect, it, vi } from 'vitest';
import { createApi } from '../../renderer/bridge/api';
import { SettingsStore } from '../../renderer/bridge/settings-store';
import { SnapshotStore } from '../../renderer/bridge/snapshot-store';
import { createTicker } from '../../renderer/bridge/ticker';
import { AuthLogModel, MAX_ROWS } from '../../renderer/features/auth-log/auth-log-model';
import type { SettingsView } from '../../shared/ipc/contract';
import type { AuthEvent } from '../../shared/model/auth-event';
import { defaultSettings } from '../../shared/model/settings';
import { FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { attempt, fineSnapshot } from './render-app';

describe('the snapshot store', () => {
  it('subscribes before it asks and drops the older answer', async () => {
    const bridge = new FakeBridge();
    bridge.answer('status.get', () => {
      // A change overtakes the answer that is already under way.
      bridge.emit('status.changed', fineSnapshot({ seq: 8 }));
      return replied(fineSnapshot({ seq: 7 }));
    });
    const store = new SnapshotStore({ api: createApi(bridge) });
    await store.start();
    expect(store.state.get().snapshot?.seq).toBe(8);
    bridge.emit('status.changed', fineSnapshot({ seq: 5 }));
    expect(store.state.get().snapshot?.seq).toBe(8);
    store.stop();
    expect(bridge.listenerCount('status.changed')).toBe(0);
  });

  it('takes a lower number from an app that was started again', async () => {
    const bridge = new FakeBridge().answer('status.get', () => replied(fineSnapshot({ seq: 900 })));
    const store = new SnapshotStore({ api: createApi(bridge) });
    await store.start();
    bridge.emit('status.changed', fineSnapshot({ seq: 1, startedAt: fineSnapshot().startedAt + 5_000 }));
    expect(store.state.get().snapshot?.seq).toBe(1);
    store.stop();
  });

  it('keeps the last good snapshot beside the error and clears the error with the next good one', async () => {
    const bridge = new FakeBridge().answer('status.get', () => failed({ code: 'internal' }));
    const store = new SnapshotStore({ api: createApi(bridge) });
    await store.start();
    expect(store.state.get().error?.code).toBe('internal');
    bridge.emit('status.changed', fineSnapshot({ seq: 2 }));
    expect(store.state.get()).toEqual({ snapshot: fineSnapshot({ seq: 2 }) });
    store.stop();
  });
});

describe('the settings store', () => {
  const view = (seq: number, theme: 'light' | 'dark'): SettingsView => {
    const settings = defaultSettings();
    return { seq, settings: { ...settings, ui: { ...settings.ui, theme } } };
  };
  const bridgeWith = () => new FakeBridge().answer('app.info', () => failed({ code: 'internal' }));
  const theme = (store: SettingsStore) => store.state.get().settings?.ui.theme;

  it('subscribes before it asks and drops the older answer', async () => {
    const bridge = bridgeWith();
    bridge.answer('settings.get', () => {
      bridge.emit('settings.changed', view(8, 'dark'));
      return replied(view(7, 'light'));
    });
    const store = new SettingsStore({ api: createApi(bridge) });
    await store.start();
    expect(theme(store)).toBe('dark');
    bridge.emit('settings.changed', view(6, 'light'));
    expect(theme(store)).toBe('dark');
    store.stop();
    expect(bridge.listenerCount('settings.changed')).toBe(0);
  });

  it('takes its own change once, whether the answer or the push comes first', async () => {
    const bridge = bridgeWith().answer('settings.get', () => replied(view(1, 'light')));
    bridge.answer('settings.update', () => {
      bridge.emit('settings.changed', view(3, 'light'));
      return replied(view(2, 'dark'));
    });
    const store = new SettingsStore({ api: createApi(bridge) });
    await store.start();
    await store.update({ ui: { theme: 'dark' } });
    expect(theme(store)).toBe('light');
    store.stop();
  });
});

describe('a call', () => {
  it('that gets no answer ends as an error value', async () => {
    const bridge = new FakeBridge().answer('app.quit', () => new Promise(() => undefined));
    const reply = await createApi(bridge, 5).call('app.quit');
    expect(reply).toMatchObject({ ok: false, error: { code: 'no_answer' } });
  });

  it('on a broken bridge ends as an error value', async () => {
    const reply = await createApi(new FakeBridge()).call('app.quit');
    expect(reply).toMatchObject({ ok: false, error: { code: 'bridge_failed' } });
  });
});

describe('the ticker', () => {
  it('runs only while somebody looks', () => {
    vi.useFakeTimers();
    try {
      let now = 0;
      const ticker = createTicker(() => now);
      const listener = vi.fn();
      const stop = ticker.subscribe(listener);
      now = 1_000;
      vi.advanceTimersByTime(1_000);
      expect(listener).toHaveBeenCalledTimes(1);
      expect(ticker.get()).toBe(1_000);
      stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('the live log', () => {
  const events = (from: number, count: number): AuthEvent[] =>
    Array.from({ length: count }, (_, at) => attempt({ seq: from + at }));
  const seqs = (model: AuthLogModel) => model.state.get().events.map((event) => event.seq);

  async function started(bridge: FakeBridge) {
    const model = new AuthLogModel({ api: createApi(bridge) });
    model.start();
    await vi.waitFor(() => expect(model.state.get().phase).not.toBe('loading'));
    return model;
  }

  it('puts live events on top, newest first', async () => {
    const bridge = new FakeBridge().answer('authLog.query', () =>
      replied({ events: [attempt({ seq: 3 }), attempt({ seq: 2 })], total: 2 }),
    );
    const model = await started(bridge);
    bridge.emit('authLog.appended', events(4, 2));
    expect(seqs(model)).toEqual([5, 4, 3, 2]);
    expect(model.state.get().total).toBe(4);
  });

  it('loses no event that arrives while the first page is under way, and shows none twice', async () => {
    const bridge = new FakeBridge();
    bridge.answer('authLog.query', () => {
      bridge.emit('authLog.appended', [attempt({ seq: 3 }), attempt({ seq: 4 })]);
      return replied({ events: [attempt({ seq: 3 }), attempt({ seq: 2 })], total: 2 });
    });
    const model = await started(bridge);
    expect(seqs(model)).toEqual([4, 3, 2]);
  });

  it('counts instead of moving the list while the reader is scrolled away', async () => {
    const bridge = new FakeBridge().answer('authLog.query', () =>
      replied({ events: [attempt({ seq: 1 })], total: 1 }),
    );
    const model = await started(bridge);
    model.setPaused(true);
    bridge.emit('authLog.appended', events(2, 3));
    expect(seqs(model)).toEqual([1]);
    expect(model.state.get().waiting).toBe(3);
    model.showWaiting();
    expect(seqs(model)).toEqual([4, 3, 2, 1]);
    expect(model.state.get()).toMatchObject({ waiting: 0, paused: false });
  });

  it('asks again when a push shows that events were left out', async () => {
    vi.useFakeTimers();
    try {
      const bridge = new FakeBridge().answer('authLog.query', () =>
        replied({ events: events(1, 1), total: 1 }),
      );
      const model = new AuthLogModel({ api: createApi(bridge) });
      model.start();
      await vi.advanceTimersByTimeAsync(0);
      bridge.emit('authLog.appended', events(500, 1));
      bridge.emit('authLog.appended', events(900, 1));
      expect(bridge.calls).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(bridge.calls).toHaveLength(2);
      model.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  it('drops the answer to an older question', async () => {
    const bridge = new FakeBridge();
    const waiting: (() => void)[] = [];
    bridge.answer('authLog.query', async (query) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return replied({ events: [attempt({ seq: query.text === 'b' ? 2 : 1 })], total: 1 });
    });
    const model = new AuthLogModel({ api: createApi(bridge) });
    model.start();
    model.setFilter({ text: 'b' });
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    await vi.waitFor(() => expect(seqs(model)).toEqual([2]));
    waiting[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seqs(model)).toEqual([2]);
  });

  it('goes on to older pages while the hidden self-check leaves nothing to see', async () => {
    const own = attempt({ internal: true, outcome: 'accepted' });
    const bridge = new FakeBridge().answer('authLog.query', ({ cursor }) => {
      const page = Number(cursor ?? 0);
      return replied({
        events: page < 3 ? [{ ...own, seq: 100 - page }] : [attempt({ seq: 50 })],
        total: 4,
        ...(page < 3 && { nextCursor: String(page + 1) }),
      });
    });
    const model = await started(bridge);
    await vi.waitFor(() => expect(seqs(model)).toEqual([50]));
    expect(model.state.get().hasMore).toBe(false);
  });

  it('holds a bounded number of rows and says when it is full', async () => {
    const bridge = new FakeBridge().answer('authLog.query', () =>
      replied({ events: events(1, MAX_ROWS).reverse(), total: MAX_ROWS, nextCursor: 'more' }),
    );
    const model = await started(bridge);
    bridge.emit('authLog.appended', events(MAX_ROWS + 1, 2));
    expect(model.state.get().events).toHaveLength(MAX_ROWS);
    expect(seqs(model)[0]).toBe(MAX_ROWS + 2);
    expect(model.state.get()).toMatchObject({ full: true, hasMore: false });
  });

  it('passes the filters to main in main’s own terms', async () => {
    const bridge = new FakeBridge().answer('authLog.query', () => replied({ events: [], total: 0 }));
    const model = await started(bridge);
    model.setFilter({ outcome: 'refused', reason: 'token_missing', text: ' curl ' });
    await vi.waitFor(() => expect(bridge.calls).toHaveLength(2));
    expect(bridge.paramsOf('authLog.query')).toEqual([
      { limit: 200 },
      { limit: 200, outcome: 'refused', reason: 'token_missing', text: 'curl' },
    ]);
  });
});
