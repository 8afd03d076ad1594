// Which message of a user an answer on QQ may refer to, and with which number: QQ takes up to five answers per message
// within a window, numbered, and refuses nearly everything else (reference/channels section 5h). Kept in the account's
// store, so that a restart repeats no number.

import type { Clock } from '../../../lib/clock';
import type { AccountStore } from '../../account-store';
import { isObject } from '../../net/failures';
import { isSequence } from '../gateway-engine/frames';

const MAX_CONVERSATIONS = 500;
const MESSAGES_PER_CONVERSATION = 3;
const ANSWERS_PER_MESSAGE = 5;
const KEY = 'replies';

/** Ms in which a message may be answered. */
export function replyWindowMs(conversation: string): number {
  return conversation.startsWith('c2c:') ? 3_600_000 : 300_000;
}

interface Slot {
  readonly id: string;
  /** Epoch ms when the user wrote. */
  readonly at: number;
  readonly used: number;
  /** Of the last answer. */
  readonly lastKey?: string;
}

export interface ReplyRef {
  readonly msgId: string;
  readonly msgSeq: number;
  /** This answer has been sent with this number before. */
  readonly again: boolean;
}

export class ReplyContexts {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  /** Oldest conversation first. */
  readonly #slots = new Map<string, readonly Slot[]>();

  constructor(store: AccountStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    const stored = store.get(KEY);
    if (!isObject(stored)) return;
    for (const [conversation, slots] of Object.entries(stored)) {
      if (Array.isArray(slots)) this.#slots.set(conversation, slots.filter(isSlot));
    }
  }

  remember(conversation: string, id: string, at: number): void {
    const slots = this.#open(conversation);
    if (slots.some((slot) => slot.id === id)) return;
    this.#put(conversation, [...slots, { id, at: Math.min(at, this.#clock.now()), used: 0 }]);
  }

  /** The message to refer to; undefined when QQ would take none. Counts as used from now on. */
  take(conversation: string, idempotencyKey: string, replyToId: string | undefined): ReplyRef | undefined {
    const slots = this.#open(conversation);
    const before = slots.find((slot) => slot.lastKey === idempotencyKey);
    if (before !== undefined) return { msgId: before.id, msgSeq: before.used, again: true };
    const free = slots.filter((slot) => slot.used < ANSWERS_PER_MESSAGE);
    const chosen = free.find((slot) => slot.id === replyToId) ?? free.at(-1);
    if (chosen === undefined) return undefined;
    const used = chosen.used + 1;
    this.#put(
      conversation,
      slots.map((slot) => (slot === chosen ? { ...slot, used, lastKey: idempotencyKey } : slot)),
    );
    return { msgId: chosen.id, msgSeq: used, again: false };
  }

  /** Those whose window is open. */
  #open(conversation: string): readonly Slot[] {
    const since = this.#clock.now() - replyWindowMs(conversation);
    return (this.#slots.get(conversation) ?? []).filter((slot) => slot.at > since);
  }

  #put(conversation: string, slots: readonly Slot[]): void {
    // Deleted first, so that it moves to the end.
    this.#slots.delete(conversation);
    this.#slots.set(conversation, slots.slice(-MESSAGES_PER_CONVERSATION));
    for (const oldest of this.#slots.keys()) {
      if (this.#slots.size <= MAX_CONVERSATIONS) break;
      this.#slots.delete(oldest);
    }
    this.#store.set(KEY, Object.fromEntries(this.#slots));
  }
}

function isSlot(value: unknown): value is Slot {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.at === 'number' &&
    isSequence(value.used) &&
    (value.lastKey === undefined || typeof value.lastKey === 'string')
  );
}
