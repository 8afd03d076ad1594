// One account of one channel under a real manager, against its double over real sockets, with time that a test moves.
// What a person would see is read off with it: the account's snapshot, the panel's word and the tray's line.

import type { ChannelAdapter } from '../../electron/core/channels/channel-adapter';
import { accountSnapshot } from '../../electron/core/channels/channels-status-view';
import { trayView } from '../../electron/shell/tray-view';
import { WORD_MARKS } from '../../renderer/features/channels/channels-view';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import { secretKeys, vaultNameOf } from '../../shared/model/channel-kinds';
import type { ChannelDouble } from '../doubles/channel-double';
import { type ManagerHarness, MemoryVault, managerHarness } from './channel-doubles';
import type { FakeClock } from './fake-clock';
import { statusSnapshot } from './status-snapshot';

const ACCOUNT = 'main';
/** Turns of the event loop in which loopback answers arrive. */
const TURNS = 8;
const PATIENT_TURNS = 300;

export interface Shown {
  readonly phase: ChannelAccountStatus['phase'];
  readonly connected: boolean | undefined;
  readonly word: ChannelAccountStatus['word'];
  /** Upstream's words for the same account. */
  readonly lifecycle: unknown;
  readonly tone: string;
  /** The tray's line about the channel; undefined when it has nothing to say. */
  readonly tray: string | undefined;
}

export interface ChannelBench extends ManagerHarness {
  readonly accountId: string;
  account(): ChannelAccountStatus;
  shown(): Shown;
  /** Resolves when `holds`; looks after every change and every turn of the event loop. Fails after 20 s. */
  until(holds: (status: ChannelAccountStatus) => boolean, what?: string): Promise<ChannelAccountStatus>;
  /** Moves time on in steps, letting sockets answer in between, until `holds`; fails when `maxMs` were not enough. */
  passUntil(holds: (status: ChannelAccountStatus) => boolean, maxMs: number, stepMs?: number): Promise<void>;
  ready(): Promise<ChannelAccountStatus>;
  /** Stops the manager while time goes on: farewells have deadlines. Resolves with the time that it took. */
  stop(): Promise<number>;
}

export interface BenchOptions {
  /** The account's own store, as a login would have left it. */
  readonly stored?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** The double's, so that both live in the same time. */
  readonly clock?: FakeClock;
}

export function channelBench(
  adapter: ChannelAdapter,
  double: ChannelDouble,
  options: BenchOptions = {},
): ChannelBench {
  const channel = adapter.meta.id;
  const secrets = options.secrets ?? double.secrets;
  const named = secretKeys(channel).flatMap((key) => {
    const value = secrets[key];
    return value === undefined ? [] : [[vaultNameOf(channel, ACCOUNT, key), value] as const];
  });
  const harness = managerHarness([adapter], {
    settings: { channels: { [channel]: { accounts: { [ACCOUNT]: double.settings } } } },
    vault: new MemoryVault(Object.fromEntries(named)),
    stored: options.stored ?? double.stored ?? {},
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const account = () => harness.status(ACCOUNT);

  function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
  async function until(holds: (status: ChannelAccountStatus) => boolean, what = 'the state') {
    const endAt = performance.now() + 20_000;
    for (let count = 0; !holds(account()); count += 1) {
      if (performance.now() > endAt) throw new Error(`${what} did not come: ${JSON.stringify(account())}`);
      // What needs no time has come by then; the rest is a poll that is held, or a pause between two.
      if (count > PATIENT_TURNS) harness.clock.advance(100);
      await turn();
    }
    return account();
  }

  return {
    ...harness,
    accountId: ACCOUNT,
    account,
    until,
    shown() {
      const status = account();
      const view = trayView(statusSnapshot({ channels: [status] }), 'en', harness.clock.now());
      const line = view.menu.find((item) => item.type === 'item' && item.label.startsWith(status.label));
      return {
        phase: status.phase,
        connected: status.connected,
        word: status.word,
        lifecycle: accountSnapshot(status).lifecycle,
        tone: WORD_MARKS[status.word].tone,
        tray: line?.type === 'item' ? line.label : undefined,
      };
    },
    async passUntil(holds, maxMs, stepMs = 1_000) {
      for (let passed = 0; !holds(account()); passed += stepMs) {
        if (passed >= maxMs) throw new Error(`not after ${maxMs} ms: ${JSON.stringify(account())}`);
        harness.clock.advance(stepMs);
        for (let count = 0; count < TURNS; count += 1) await turn();
      }
    },
    async stop() {
      const startedAt = harness.clock.monotonicMs();
      let stopped = false;
      const stopping = harness.manager.stop().then(() => {
        stopped = true;
      });
      while (!stopped) {
        for (let count = 0; count < 4 && !stopped; count += 1) await turn();
        if (!stopped) harness.clock.advance(50);
      }
      await stopping;
      return harness.clock.monotonicMs() - startedAt;
    },
    async ready() {
      await harness.manager.start();
      return until(({ phase }) => phase === 'ready', 'ready');
    },
  };
}
