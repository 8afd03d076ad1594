// The newest message of each thread (Feishu's "topic"): a text gets into a thread only as an answer to a message of it.
// Kept in the account's store, bounded. Used by the link of one epoch.

import type { AccountStore } from '../../account-store';

const KEY = 'threads';
const MAX_THREADS = 500;

type Heads = readonly (readonly [conversationId: string, messageId: string])[];

export class ThreadHeads {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  remember(conversationId: string, messageId: string): void {
    const others = this.#read().filter(([known]) => known !== conversationId);
    this.#store.set(KEY, [...others, [conversationId, messageId]].slice(-MAX_THREADS));
  }

  headOf(conversationId: string): string | undefined {
    return this.#read().find(([known]) => known === conversationId)?.[1];
  }

  #read(): Heads {
    const stored = this.#store.get(KEY);
    return Array.isArray(stored) ? stored.filter(isHead) : [];
  }
}

function isHead(entry: unknown): entry is Heads[number] {
  return Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');
}
