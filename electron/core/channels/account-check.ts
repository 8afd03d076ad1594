// Asks a vendor about an account before it is saved: one question per account at a time, each with a deadline, and over
// as soon as nobody waits for its answer. Owned by account-editor. Writes nothing.

import { cleanForeignText } from '../lib/foreign-text';
import { err, ok } from '../lib/result';
import type { Edited } from './account-draft';
import type { AccountEditorOptions } from './account-editor';
import { boundedProbe } from './bounded-probe';
import type { ChannelAdapter, ProbeContext, ResolvedAccount } from './channel-adapter';
import { cleanProbe } from './clean-event';

const CHECK_TIMEOUT_MS = 20_000;

export class AccountCheck {
  readonly #options: AccountEditorOptions;
  readonly #running = new Map<string, AbortController>();

  constructor(options: AccountEditorOptions) {
    this.#options = options;
  }

  /** Ends an open question about the same account. Of an adapter that cannot be asked the answer is yes. */
  async ask(adapter: ChannelAdapter, account: ResolvedAccount): Promise<Edited> {
    const ask = adapter.check ?? adapter.probe;
    if (ask === undefined || !account.configured) return ok({});
    const { clock, redactor, manager } = this.#options;
    redactor.set(
      'channel being set up',
      account.secrets.map((secret) => secret.expose()),
    );
    const channel = adapter.meta.id;
    const { accountId } = account;
    this.stop(channel, accountId);
    const controller = new AbortController();
    const name = nameOf(channel, accountId);
    this.#running.set(name, controller);
    const context = this.#context(channel, accountId, controller.signal);
    // Where a vendor lets one connection live per account, the check's own would throw ours out.
    const resume =
      adapter.policy.oneConnection === true ? await manager.suspend(channel, accountId) : undefined;
    const result = await boundedProbe(async () => ask.call(adapter, account, context), {
      clock,
      timeoutMs: CHECK_TIMEOUT_MS,
      controller,
    });
    if (this.#running.get(name) === controller) this.#running.delete(name);
    await resume?.();
    if (result === 'cancelled') return err({ code: 'stopped', message: 'the check was cancelled' });
    const {
      ok: right,
      error,
      fix,
      field,
      class: failureClass,
      identity,
      note,
    } = cleanProbe(result, (text) => cleanForeignText(redactor.redact(text)));
    if (right) {
      return ok({
        ...(identity === undefined ? {} : { identity }),
        ...(note === undefined || adapter.check === undefined ? {} : { note }),
      });
    }
    return err({
      code: 'rejected',
      message: error ?? 'the vendor did not accept the credentials',
      ...(field === undefined ? {} : { field }),
      ...(fix === undefined ? {} : { fix }),
      ...(failureClass === undefined ? {} : { class: failureClass }),
    });
  }

  /** The vendor is left alone, and an account that was stopped for the question goes on. */
  stop(channel: string, accountId: string): void {
    this.#running.get(nameOf(channel, accountId))?.abort();
  }

  #context(channel: string, accountId: string, signal: AbortSignal): ProbeContext {
    const { clock, random, net, manager, openStore } = this.#options;
    const running = manager.supervisorOf(channel, accountId);
    if (running !== undefined) return running.context(signal);
    return { signal, clock, random, net, store: openStore(channel, accountId), hasRoute: () => false };
  }
}

function nameOf(channel: string, accountId: string): string {
  return `${channel}/${accountId}`;
}
