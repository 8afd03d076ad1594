// The newest `context_token` of each person: WeChat wants it back with every answer. Kept in the account's store, the
// 500 persons who wrote last. Owned by weixin-link.

import type { AccountStore } from '../../account-store';

const KEY = 'contexts';
const MAX_PERSONS = 500;

export class ReplyContexts {
  readonly #store: AccountStore;
  /** By user id, the one who wrote last at the end. */
  readonly #tokens: Map<string, string>;

  constructor(store: AccountStore) {
    this.#store = store;
    this.#tokens = new Map(readPairs(store.get(KEY)));
  }

  get(userId: string): string | undefined {
    return this.#tokens.get(userId);
  }

  remember(userId: string, token: string): void {
    this.#tokens.delete(userId);
    this.#tokens.set(userId, token);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > MAX_PERSONS && oldest !== undefined) this.#tokens.delete(oldest);
    this.#store.set(KEY, [...this.#tokens]);
  }
}

function readPairs(value: unknown): (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (pair): pair is [string, string] =>
      Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string',
  );
}
