// Sends texts over one account's live link: one at a time, each with a deadline, none after the link has ended.
// Owned by account-supervisor. Says "may have been sent" where nobody can know.

import type { Clock } from '../lib/clock';
import { Mutex } from '../lib/mutex';
import { err, type Result } from '../lib/result';
import type { EpochFailure, LiveLink, OutboundMessage, SendOutcome } from './channel-adapter';

const DEADLINE_MS = 20_000;
const MAX_WAITING = 100;

export type SendResult = Result<{ readonly messageId?: string }, EpochFailure>;

const NOT_CONNECTED: EpochFailure = {
  class: 'network',
  code: 'not_connected',
  message: 'the channel is not connected now, nothing was sent',
};
const STUCK: EpochFailure = {
  class: 'rate_limited',
  code: 'queue_full',
  message: 'the texts before it did not get through in time, nothing was sent',
};
const UNKNOWN: EpochFailure = {
  class: 'network',
  code: 'unknown_outcome',
  message: 'no answer came in time; the text may have been sent',
};

export class AccountSender {
  readonly #clock: Clock;
  readonly #turns = new Mutex();
  #waiting = 0;
  #current: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `live` is asked when its turn has come. Never rejects. */
  async send(message: OutboundMessage, live: () => LiveLink | undefined): Promise<SendResult> {
    if (live()?.send === undefined) return err(NOT_CONNECTED);
    if (this.#waiting >= MAX_WAITING) {
      const waiting = `${MAX_WAITING} texts are waiting to be sent already`;
      return err({ class: 'rate_limited', code: 'queue_full', message: waiting });
    }
    this.#waiting += 1;
    const lateMs = this.#clock.monotonicMs() + DEADLINE_MS;
    try {
      return await this.#turns.run(async () => {
        // Whoever asked has given up by then: a text that comes long afterwards is worse than none.
        if (live()?.send !== undefined && this.#clock.monotonicMs() >= lateMs) return err(STUCK);
        return this.#sendNow(message, live()?.send);
      });
    } finally {
      this.#waiting -= 1;
    }
  }

  /** The link is gone: what is on its way is told so. */
  interrupt(): void {
    this.#current?.abort();
  }

  #sendNow(message: OutboundMessage, send: LiveLink['send']): Promise<SendResult> {
    if (send === undefined) return Promise.resolve(err(NOT_CONNECTED));
    const controller = new AbortController();
    this.#current = controller;
    return new Promise((resolve) => {
      const finish = (result: SendOutcome) => {
        timer.dispose();
        controller.signal.removeEventListener('abort', onAbort);
        if (this.#current === controller) this.#current = undefined;
        resolve(result);
      };
      const onAbort = () => finish(err(UNKNOWN));
      const timer = this.#clock.setTimeout(() => controller.abort(), DEADLINE_MS);
      controller.signal.addEventListener('abort', onAbort);
      // The async wrapper turns a synchronous throw into a rejection.
      void (async () => send(message, controller.signal))().then(finish, (error: unknown) => {
        const why = `the channel's adapter failed: ${error instanceof Error ? error.message : String(error)}`;
        finish(err({ class: 'protocol', code: 'adapter_threw', message: why }));
      });
    });
  }
}
