import { expect, it } from 'vitest';
import { Emitter } from '../../../electron/core/lib/emitter';
import { Push } from '../../../electron/shell/ipc/push';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import { FakeClock } from '../../helpers/fake-clock';
import { MemorySettings } from '../../helpers/memory-settings';

it('tells of messages by their newest number only, at most ten times a second, and not after stop', () => {
  const clock = new FakeClock();
  const rethrow = (error: unknown) => {
    throw error;
  };
  const messages = new Emitter<{ readonly seq: number; readonly text: string }>(rethrow);
  const sent: unknown[] = [];
  const push = new Push({
    clock,
    send: (name, payload) => sent.push([name, payload]),
    onStatus: new Emitter<never>(rethrow).on,
    onAuthEvent: new Emitter<never>(rethrow).on,
    pairing: { onChanged: new Emitter<void>(rethrow).on, list: () => ({ pending: [], paired: [] }) },
    onCronEvent: new Emitter<never>(rethrow).on,
    settings: new SettingsFeed(new MemorySettings()),
    onMessage: messages.on,
  });
  push.start();
  for (let seq = 1; seq <= 1_000; seq += 1) {
    messages.emit({ seq, text: 'private' });
    clock.advance(1);
  }
  clock.advance(100);
  expect(sent.length).toBeLessThanOrEqual(11);
  expect(sent.at(-1)).toEqual(['messages.changed', { seq: 1_000 }]);
  expect(JSON.stringify(sent)).not.toContain('private');
  push.stop();
  messages.emit({ seq: 1_001, text: 'private' });
  clock.advance(1_000);
  expect([sent.length, messages.listenerCount, clock.pendingTimers]).toEqual([sent.length, 0, 0]);
  expect(sent.at(-1)).toEqual(['messages.changed', { seq: 1_000 }]);
});
