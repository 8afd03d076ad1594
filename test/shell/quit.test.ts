import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { QuitController } from '../../electron/shell/quit';
import { FakeClock, settle } from '../helpers/fake-clock';

function setUp(options: { readonly clients?: number; readonly stop?: () => Promise<void> } = {}) {
  const clock = new FakeClock();
  const exits: { readonly code: number; readonly at: number }[] = [];
  const asked: number[] = [];
  let answer: (confirmed: boolean) => void = () => undefined;
  let stops = 0;
  const quit = new QuitController({
    clients: () => options.clients ?? 0,
    confirm: (clients) => {
      asked.push(clients);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    stop: async () => {
      stops += 1;
      await options.stop?.();
    },
    exit: (code) => exits.push({ code, at: clock.monotonicMs() }),
    clock,
    logger: silentLogger,
  });
  return { clock, exits, asked, quit, answer: (confirmed: boolean) => answer(confirmed), stops: () => stops };
}

const never = () => new Promise<void>(() => undefined);

describe('QuitController', () => {
  it('just quits when nobody is connected', async () => {
    const { quit, asked, exits } = setUp();
    await quit.request();
    expect([asked, exits]).toEqual([[], [{ code: 0, at: 0 }]]);
  });

  it('asks with the number of clients, once, and stays on "no"', async () => {
    const { quit, asked, exits, answer, stops } = setUp({ clients: 3 });
    const first = quit.request();
    await quit.request();
    answer(false);
    await first;
    expect([asked, exits, stops(), quit.isQuitting]).toEqual([[3], [], 0, false]);
  });

  it('stops and exits on "yes"', async () => {
    const { quit, exits, answer, stops } = setUp({ clients: 1 });
    const asking = quit.request();
    answer(true);
    await asking;
    expect([exits, stops()]).toEqual([[{ code: 0, at: 0 }], 1]);
  });

  it('does not ask when a signal wants it out, even while a question is open', async () => {
    const { quit, exits, answer, stops } = setUp({ clients: 2 });
    const asking = quit.request();
    await quit.now('signal', 0);
    answer(false);
    await asking;
    expect([exits.length, stops()]).toEqual([1, 1]);
  });

  it('exits within three seconds although stopping hangs', async () => {
    const { quit, exits, clock } = setUp({ stop: never });
    void quit.now('signal', 0);
    await clock.advanceAsync(3_000);
    expect(exits).toEqual([{ code: 0, at: 2_500 }]);
  });

  it('exits at once on a second signal, and says that it was not a clean end', async () => {
    const { quit, exits, clock } = setUp({ stop: never });
    void quit.now('signal', 0);
    clock.advance(100);
    await quit.now('signal', 0);
    expect(exits).toEqual([{ code: 1, at: 100 }]);
    await clock.advanceAsync(5_000);
    expect(exits).toHaveLength(1);
  });

  it('exits although stopping fails, and keeps the code of a crash', async () => {
    const { quit, exits, clock } = setUp({ stop: () => Promise.reject(new Error('no')) });
    await quit.now('crash', 1);
    await settle();
    expect([exits, clock.pendingTimers]).toEqual([[{ code: 1, at: 0 }], 0]);
  });
});
