// What every channel adapter must do, whatever its wire. Each adapter has a test file that calls this with its
// settings and, for channels that connect to a vendor, with a double that stands for the vendor.

import { describe, expect, it } from 'vitest';
import type {
  ChannelAdapter,
  EpochContext,
  EpochEnd,
  ResolvedAccount,
} from '../../electron/core/channels/channel-adapter';
import { Secret } from '../../electron/core/lib/secret';
import type { ChannelPhase } from '../../shared/model/channel';
import { settingsSchema } from '../../shared/model/settings';
import { BareContext, MemoryVault, managerHarness, settle } from '../helpers/channel-doubles';

export interface AdapterCase {
  readonly adapter: ChannelAdapter;
  /** Settings with exactly these two accounts, both enabled, called by name. */
  readonly settings: unknown;
  readonly accountIds: readonly [string, string];
  /** Vault names and secrets that make both accounts configured. */
  readonly secrets: Readonly<Record<string, string>>;
}

type Run = (account: ResolvedAccount, context: EpochContext) => Promise<EpochEnd>;

const CYCLES = 1_000;

export function channelAdapterSuite({ adapter, settings, accountIds, secrets }: AdapterCase): void {
  const [first, second] = accountIds;
  const channel = adapter.meta.id;
  const parsed = settingsSchema.parse(settings);
  const reader = {
    get: (name: string) => (secrets[name] === undefined ? undefined : new Secret(secrets[name])),
  };

  function harness(changes: Partial<Pick<ChannelAdapter, 'run' | 'probe'>> = {}, own = secrets) {
    return managerHarness([{ ...adapter, ...changes }], { settings, vault: new MemoryVault(own) });
  }

  describe(`the ${channel} adapter`, () => {
    it('lists its accounts, and none when it is not in the settings', () => {
      expect(adapter.config.listAccountIds(parsed, reader)).toEqual(accountIds);
      expect(adapter.config.listAccountIds(settingsSchema.parse({}), reader)).toEqual([]);
    });

    it('says in words what an account lacks, and never throws for it', () => {
      const account = adapter.config.resolve(parsed, first, { get: () => undefined });
      expect(account).toMatchObject({ enabled: true, configured: false, secrets: [] });
      expect(account.problems.join(' ').length).toBeGreaterThan(20);
      expect(() => adapter.config.resolve(settingsSchema.parse({}), 'gone', reader)).not.toThrow();
    });

    it('has a fingerprint that changes with the secret and the switch, and with nothing else', () => {
      const account = adapter.config.resolve(parsed, first, reader);
      const print = adapter.config.fingerprint(account);
      expect(adapter.config.fingerprint(adapter.config.resolve(parsed, first, reader))).toBe(print);
      expect(adapter.config.fingerprint({ ...account, name: 'another name' })).toBe(print);
      expect(adapter.config.fingerprint({ ...account, enabled: false })).not.toBe(print);
      const other = adapter.config.resolve(parsed, first, { get: () => new Secret('another secret') });
      expect(adapter.config.fingerprint(other)).not.toBe(print);
      for (const secret of Object.values(secrets)) expect(print).not.toContain(secret);
    });

    it('starts every account and reports it ready, connected only if it holds a connection', async () => {
      const { manager, status } = harness();
      await manager.start();
      await settle();
      for (const accountId of accountIds) {
        expect(status(accountId).phase).toBe('ready');
        expect(status(accountId).connected).toBe(adapter.policy.direction === 'outbound' ? true : undefined);
      }
      await manager.stop();
    });

    const never: Run = (_account, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true }),
      );
    const failing =
      (failureClass: 'network' | 'banned'): Run =>
      async () => ({ kind: 'failed', failure: { class: failureClass, message: 'scripted' } });
    const states: readonly [
      ChannelPhase,
      Partial<Pick<ChannelAdapter, 'run'>>,
      Readonly<Record<string, string>>,
    ][] = [
      ['starting', { run: never }, secrets],
      ['ready', {}, secrets],
      ['backoff', { run: failing('network') }, secrets],
      ['blocked', { run: failing('banned') }, secrets],
      ['unconfigured', {}, {}],
    ];
    it.each(states)('can be stopped while %s, and leaves nothing behind', async (phase, changes, own) => {
      const { manager, status, clock, settings: source } = harness(changes, own);
      await manager.start();
      await settle();
      expect(status(first).phase).toBe(phase);
      const path = status(first).webhookPath ?? '/none';
      await manager.stop();
      expect(status(first).phase).toBe(phase === 'unconfigured' ? 'unconfigured' : 'stopped');
      expect(status(first).connected ?? false).toBe(false);
      expect([clock.pendingTimers, source.listenerCount, manager.httpRoute(path)]).toEqual([0, 0, undefined]);
    });

    it('can be switched off and on again, alone', async () => {
      const { manager, status } = harness();
      await manager.start();
      await settle();
      expect(await manager.setEnabled(channel, first, false)).toEqual({ ok: true, value: undefined });
      expect([status(first).phase, status(first).word, status(second).phase]).toEqual([
        'disabled',
        'off',
        'ready',
      ]);
      await manager.setEnabled(channel, first, true);
      await settle();
      expect([status(first).phase, status(second).phase]).toEqual(['ready', 'ready']);
      await manager.stop();
    });

    it('takes down only the account whose epoch throws', async () => {
      const run: Run = (account, context) => {
        if (account.accountId === second) throw new Error('scripted bug');
        return adapter.run(account, context);
      };
      const { manager, status } = harness({ run });
      await manager.start();
      await settle();
      expect(status(second)).toMatchObject({ phase: 'backoff', word: 'retrying' });
      expect(status(second).lastError?.message).toContain('scripted bug');
      expect(status(first).phase).toBe('ready');
      await manager.stop();
    });

    it('settles as aborted within 2 s of an abort, also when it was aborted before it began', async () => {
      const account = adapter.config.resolve(parsed, first, reader);
      for (const when of ['before', 'ready'] as const) {
        const context = new BareContext();
        if (when === 'before') context.abort();
        let end: EpochEnd | undefined;
        void adapter.run(account, context).then((value) => {
          end = value;
        });
        await settle();
        if (when === 'ready') {
          expect([context.isReady, end]).toEqual([true, undefined]);
          context.abort();
        }
        for (let waited = 0; end === undefined && waited < 2_000; waited += 100) {
          await settle();
          context.clock.advance(100);
        }
        await settle();
        expect(end).toEqual({ kind: 'aborted' });
      }
    });

    it(`leaks no timer and no route by itself in ${CYCLES} epochs`, async () => {
      const account = adapter.config.resolve(parsed, first, reader);
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const context = new BareContext();
        const running = adapter.run(account, context);
        await Promise.resolve();
        context.abort();
        await running;
        expect([context.clock.pendingTimers, context.routes.size]).toEqual([0, 0]);
      }
    });

    it(`can be started and stopped ${CYCLES} times`, async () => {
      const { manager, status, clock, settings: source } = harness();
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        await manager.start();
        if (cycle % 2 === 0) await settle();
        await manager.stop();
      }
      const path = status(first).webhookPath ?? '/none';
      expect([clock.pendingTimers, source.listenerCount, manager.httpRoute(path)]).toEqual([0, 0, undefined]);
      await manager.start();
      await settle();
      expect(status(first).phase).toBe('ready');
      await manager.stop();
    });

    it('is not heard after a stop', async () => {
      const contexts: EpochContext[] = [];
      const run: Run = (account, context) => {
        contexts.push(context);
        return adapter.run(account, context);
      };
      const { manager, status } = harness({ run });
      await manager.start();
      await settle();
      await manager.stop();
      const before = status(first);
      const [context] = contexts;
      context?.ready({ mode: 'late', evidence: 'late' });
      context?.activity('late');
      context?.rejected({ class: 'auth', message: 'late' });
      expect(contexts).toHaveLength(2);
      expect(status(first)).toEqual(before);
    });

    it('answers its own probe, and a probe that hangs is ended at its deadline', async () => {
      if (adapter.probe === undefined) return;
      const real = harness();
      await real.manager.start();
      await settle();
      await real.manager.probe({ timeoutMs: 1_000 });
      expect(real.status(first).probe).toMatchObject({ ok: true });
      await real.manager.stop();

      const hanging = harness({ probe: () => new Promise(() => undefined) });
      await hanging.manager.start();
      await settle();
      const probing = hanging.manager.probe({ timeoutMs: 1_000 });
      await settle();
      hanging.clock.advance(1_000);
      await probing;
      expect(hanging.status(first)).toMatchObject({ phase: 'ready', probe: { ok: false, timedOut: true } });
      await hanging.manager.stop();
    });

    it('never shows or logs a secret', async () => {
      const { manager, logger } = harness();
      await manager.start();
      await settle();
      await manager.probe({ timeoutMs: 1_000 });
      const seen = JSON.stringify(manager.statuses()) + logger.text();
      for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
      await manager.stop();
    });
  });
}
