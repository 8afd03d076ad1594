// The rows that every channel with a vendor goes through, with its real adapter, the real manager and the vendor's
// double over real sockets. After each row: what the account's snapshot, the panel and the tray say.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelAdapter } from '../../electron/core/channels/channel-adapter';
import type { ChannelDouble, DoubleOptions, Fault, Incident } from '../doubles/channel-double';
import { type ChannelBench, channelBench } from '../helpers/channel-bench';
import { FakeClock } from '../helpers/fake-clock';

export interface VendorCase {
  readonly adapter: ChannelAdapter;
  startDouble(options?: DoubleOptions): Promise<ChannelDouble>;
  /** What this wire can do to a link: exactly these have a row, and the double has exactly these. */
  readonly incidents: readonly Incident[];
  /** What an account does that was opened elsewhere; only for wires that say so. */
  readonly afterKick?: 'blocked' | 'retrying';
  /** The double lives in the same time as the adapter: where the first proof is an answer that is held. */
  readonly sharesClock?: boolean;
}

const CONNECTED = {
  phase: 'ready',
  connected: true,
  word: 'connected',
  lifecycle: 'ready',
  tone: 'ok',
  tray: undefined,
};
const STOPPED = {
  phase: 'stopped',
  connected: false,
  word: 'off',
  lifecycle: 'stopped',
  tone: 'muted',
  tray: undefined,
};
const CYCLES = 1_000;

export function vendorChannelSuite({
  adapter,
  startDouble,
  incidents,
  afterKick,
  sharesClock = false,
}: VendorCase): void {
  const { id } = adapter.meta;

  describe(`${id} against its vendor`, () => {
    let double: ChannelDouble;
    let bench: ChannelBench;

    beforeEach(async () => {
      const clock = new FakeClock();
      double = await startDouble(sharesClock ? { clock } : {});
      bench = channelBench(adapter, double, { clock });
    });
    afterEach(async () => {
      await bench.stop();
      await double.close();
      const left = bench.clock.pendingTimers;
      const texts = JSON.stringify(bench.manager.statuses()) + bench.logger.text();
      for (const secret of Object.values(double.secrets)) expect(texts).not.toContain(secret);
      expect(left, 'timers left behind').toBe(0);
    });

    const down = () => expect(bench.account().connected, 'connected without a link').toBe(false);
    const trouble = (word: 'retrying' | 'disconnected' | 'action-needed') => {
      const { tone, tray, ...shown } = bench.shown();
      expect(shown).toMatchObject({ word, connected: false });
      expect(tone).toBe(word === 'disconnected' ? 'bad' : 'warn');
      expect(tray).toMatch(/\S/);
      const { lastError } = bench.account();
      expect(lastError?.message).toMatch(/\w+ \w+/);
      expect(lastError?.message).not.toMatch(/undefined|\[object|https?:\/\//);
    };

    it('has a double that does exactly what its wire can do', () => {
      expect([...double.incidents].sort()).toEqual([...incidents].sort());
      expect(afterKick !== undefined).toBe(incidents.includes('kick'));
    });

    it('is connected only after the proof, and says what the proof was', async () => {
      await double.fault('hang');
      await bench.manager.start();
      await double.seen(() => true);
      expect(bench.shown()).toMatchObject({
        connected: false,
        word: 'connecting',
        tone: 'info',
        tray: undefined,
      });
      await bench.stop();
      await double.fault('none');
      await bench.ready();
      expect(bench.shown()).toEqual(CONNECTED);
      const { evidence, lastConnectedAt, identity } = bench.account();
      expect(evidence?.what).toMatch(/\w+ \w+/);
      expect(lastConnectedAt).toBeDefined();
      expect(identity ?? bench.account().mode).toBeDefined();
    });

    it('hands a message over once, however often it is delivered', async () => {
      await bench.ready();
      bench.clock.advance(10);
      const messageId = await double.deliver({ text: 'hello', sender: 'alice' });
      await bench.until(({ received }) => received === 1, 'the message');
      expect(bench.account().lastEventAt).toBe(bench.account().lastInboundAt);
      await double.deliver({ text: 'hello', sender: 'alice', messageId });
      await double.deliver({ text: 'second', sender: 'alice' });
      await bench.until(({ received }) => received === 2, 'the second message');
      expect(bench.journal.messages.map(({ text, direction }) => [direction, text])).toEqual([
        ['in', 'hello'],
        ['in', 'second'],
      ]);
      expect(bench.account().lastInboundAt).toBeDefined();
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it('answers where the message came from, and says sent only when the vendor says so', async () => {
      await bench.ready();
      await double.deliver({ text: 'ping', sender: 'alice' });
      await bench.until(({ received }) => received === 1, 'the message');
      const to = bench.journal.messages[0]?.conversationId ?? '';
      expect(bench.account()).toMatchObject({ canSend: true });
      expect(bench.account().lastOutboundAt).toBeUndefined();
      const sent = await bench.manager.send(id, bench.accountId, { to, text: 'pong', idempotencyKey: 'k1' });
      expect(sent).toMatchObject({ ok: true });
      expect(double.sent.map(({ text }) => text)).toEqual(['pong']);
      expect(bench.account().lastOutboundAt).toBeDefined();
      expect(bench.journal.messages.at(-1)).toMatchObject({
        direction: 'out',
        conversationId: to,
        text: 'pong',
      });
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it('probes: right, wrong credential, no answer', async () => {
      await bench.ready();
      /** Time passes only for the vendor that says nothing: an answer may take as long as it takes. */
      const probe = async (vendor: 'answers' | 'is silent') => {
        let over = false;
        const running = bench.manager.probe({ timeoutMs: 5_000 }).then(() => {
          over = true;
        });
        while (vendor === 'is silent' && !over) {
          bench.clock.advance(100);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await running;
        return bench.account().probe;
      };
      expect(await probe('answers')).toMatchObject({ ok: true });
      expect(bench.shown()).toEqual(CONNECTED);
      if (adapter.probe === undefined) {
        // Only the live link can be asked: one that says nothing more gives no answer.
        await double.fault('mute');
        expect(await probe('is silent')).toMatchObject({
          ok: false,
          error: expect.stringMatching(/\w+ \w+/),
        });
        expect(bench.shown()).toEqual(CONNECTED);
        return;
      }
      await double.fault('bad-credential');
      expect(await probe('answers')).toMatchObject({ ok: false, error: expect.stringMatching(/\w+ \w+/) });
      expect(bench.account().probe?.timedOut).toBeUndefined();
      await double.fault('hang');
      expect(await probe('is silent')).toMatchObject({ ok: false, timedOut: true });
    });

    it('takes a link that has gone silent for what it is, and comes back', async () => {
      await bench.ready();
      await double.fault('mute');
      const patience = adapter.policy.staleAfterMs ?? 180_000;
      await bench.passUntil(({ connected }) => connected === false, patience * 2, 2_000);
      expect(bench.account().lastDisconnect?.error).toMatch(/\w+ \w+/);
      await bench.until(({ phase }) => phase === 'backoff', 'the wait');
      trouble('retrying');
      await double.fault('none');
      await bench.passUntil(({ phase }) => phase === 'ready', 600_000, 2_000);
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it.each(incidents.filter((incident) => incident !== 'kick' && incident !== 'revoke'))(
      'comes back after the vendor ends the link (%s)',
      async (incident) => {
        const { lastConnectedAt: before = 0 } = await bench.ready();
        bench.clock.advance(10);
        await double.happen(incident);
        if (incident !== 'rotate') {
          await bench.until(({ phase }) => phase === 'backoff', 'the wait');
          trouble('retrying');
        }
        await bench.passUntil(
          ({ lastConnectedAt = 0, phase }) => phase === 'ready' && lastConnectedAt > before,
          300_000,
        );
        expect(bench.shown()).toEqual(CONNECTED);
        if (incident === 'rotate') expect(bench.account().reconnectAttempts).toBe(0);
        await double.deliver({ text: 'after' });
        await bench.until(({ received }) => received === 1, 'the message afterwards');
      },
    );

    const canKick = incidents.includes('kick');
    it.each(canKick ? ['kick' as const] : [])(
      'does not fight over an account that was opened elsewhere (%s)',
      async () => {
        await bench.ready();
        const before = double.log.length;
        await double.happen('kick');
        await bench.until(({ connected }) => connected === false, 'the kick');
        const settled = afterKick === 'retrying' ? 'backoff' : 'blocked';
        await bench.passUntil(({ phase }) => phase === settled, 120_000);
        trouble(
          afterKick === 'retrying'
            ? 'retrying'
            : bench.account().word === 'action-needed'
              ? 'action-needed'
              : 'disconnected',
        );
        bench.clock.advance(25_000);
        expect(double.log.length - before).toBeLessThan(12);
      },
    );

    it('REL-83: a revoked credential asks for a person and is not hammered', async () => {
      await bench.ready();
      await double.happen('revoke');
      await bench.passUntil(({ phase }) => phase === 'blocked', 600_000, 2_000);
      trouble('action-needed');
      const before = double.log.length;
      await bench.pass(3_600_000);
      expect(double.log.length).toBe(before);
    });

    it('is blocked by a wrong credential, in words that name the remedy', async () => {
      await double.fault('bad-credential');
      await bench.manager.start();
      await bench.passUntil(({ phase }) => phase === 'blocked', 60_000);
      trouble('action-needed');
      expect(bench.account().lastError?.fix).toMatch(/\w+ \w+/);
      expect(bench.account().lastError?.class).toBe('auth');
    });

    it('waits as long as the vendor asks', async () => {
      await double.fault('rate-limit');
      await bench.manager.start();
      await bench.passUntil(({ phase }) => phase === 'backoff', 60_000, 100);
      trouble('retrying');
      const { nextRetryAt = 0, lastError } = bench.account();
      expect(lastError?.class).toBe('rate_limited');
      expect(nextRetryAt - bench.clock.now()).toBeGreaterThanOrEqual(1_500);
      await double.fault('none');
      await bench.passUntil(({ phase }) => phase === 'ready', 700_000, 1_000);
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it('waits for a network that is gone, and is there when it is back', async () => {
      await double.fault('down');
      await bench.manager.start();
      await bench.passUntil(({ phase }) => phase === 'backoff', 60_000);
      trouble('retrying');
      expect(bench.account().lastError?.class).toBe('network');
      await double.fault('none');
      bench.manager.recheck('the network changed');
      await bench.passUntil(({ phase }) => phase === 'ready', 120_000);
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it('says so when the network goes while it is connected, and is there when it is back', async () => {
      const { lastConnectedAt: before = 0 } = await bench.ready();
      await double.linked();
      bench.clock.advance(10);
      await double.fault('down');
      await bench.passUntil(({ phase }) => phase === 'backoff', 60_000);
      trouble('retrying');
      expect(bench.account().lastDisconnect?.error).toMatch(/\w+ \w+/);
      await double.fault('none');
      bench.manager.recheck('the network changed');
      await bench.passUntil(
        ({ phase, lastConnectedAt = 0 }) => phase === 'ready' && lastConnectedAt > before,
        300_000,
      );
      expect(bench.shown()).toEqual(CONNECTED);
    });

    const answers: readonly Fault[] = ['malformed', 'huge', 'server-error', 'hang', 'slow'];
    it.each(answers)('REL-81: shows an answer that is no answer for what it is (%s)', async (fault) => {
      await double.fault(fault);
      await bench.manager.start();
      await bench.passUntil(({ phase }) => phase === 'backoff', 120_000);
      down();
      trouble('retrying');
      await double.fault('none');
      await bench.passUntil(({ phase }) => phase === 'ready', 120_000);
      expect(bench.shown()).toEqual(CONNECTED);
    });

    it.each(['hang', 'slow', 'mute', 'none', 'down', 'bad-credential'] as const)(
      'stops within 2 s while %s',
      async (fault) => {
        await double.fault(fault);
        await bench.manager.start();
        if (fault === 'none') await bench.until(({ phase }) => phase === 'ready', 'ready');
        // The link opens, and what would prove it does not come.
        if (fault === 'mute') {
          await bench.until(({ phase }) => phase === 'connecting', 'the link');
          for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          expect(bench.account().connected).toBe(false);
        }
        if (fault === 'down') await bench.passUntil(({ phase }) => phase === 'backoff', 60_000);
        if (fault === 'bad-credential') await bench.passUntil(({ phase }) => phase === 'blocked', 60_000);
        expect(await bench.stop()).toBeLessThanOrEqual(2_000);
        expect(bench.shown()).toEqual(STOPPED);
        expect(bench.clock.pendingTimers).toBe(0);
      },
    );

    it(`REL-85: leaks nothing in ${CYCLES} starts and stops`, async () => {
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        await bench.manager.start();
        if (cycle % 20 === 0) await bench.until(({ phase }) => phase === 'ready', `ready in cycle ${cycle}`);
        else if (cycle % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        await bench.stop();
      }
      await bench.ready();
      expect(bench.shown()).toEqual(CONNECTED);
      await double.linked();
      expect(double.links).toBe(1);
    });
  });
}
