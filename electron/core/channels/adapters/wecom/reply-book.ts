// Which conversations have written to a WeCom bot, of what type each is, and which message can still be answered in
// place. Kept in the account's store, the newest 500. Used by wecom-adapter.

import type { AccountStore } from '../../account-store';
import { isObject } from '../../net/failures';
import type { WecomChatType } from './frames';

const KEY = 'conversations';
const MAX_CONVERSATIONS = 500;

export interface ReplyTo {
  readonly reqId: string;
  readonly messageId: string;
  /** Epoch ms when it came. */
  readonly at: number;
  /** The stream that was sent as the answer and not confirmed. */
  readonly tried?: string;
}

export interface WecomConversation {
  readonly chatType: WecomChatType;
  /** The newest message that was not answered yet. */
  readonly reply?: ReplyTo;
}

export class ReplyBook {
  readonly #store: AccountStore;
  /** Oldest first. */
  readonly #conversations: Map<string, WecomConversation>;

  constructor(store: AccountStore) {
    this.#store = store;
    const stored = store.get(KEY);
    this.#conversations = new Map(Array.isArray(stored) ? stored.flatMap(readEntry) : []);
  }

  get(conversationId: string): WecomConversation | undefined {
    return this.#conversations.get(conversationId);
  }

  set(conversationId: string, conversation: WecomConversation): void {
    this.#conversations.delete(conversationId);
    this.#conversations.set(conversationId, conversation);
    for (const oldest of this.#conversations.keys()) {
      if (this.#conversations.size <= MAX_CONVERSATIONS) break;
      this.#conversations.delete(oldest);
    }
    this.#store.set(KEY, [...this.#conversations]);
  }

  /** The answer to the message behind `reqId` was not confirmed. */
  leave(conversationId: string, reqId: string, tried: string): void {
    const known = this.#conversations.get(conversationId);
    if (known?.reply?.reqId !== reqId) return;
    this.set(conversationId, { ...known, reply: { ...known.reply, tried } });
  }

  /** The message behind `reqId` is answered, or cannot be any more. A newer one stays. */
  spend(conversationId: string, reqId: string): void {
    const known = this.#conversations.get(conversationId);
    if (known?.reply?.reqId === reqId) this.set(conversationId, { chatType: known.chatType });
  }
}

function readEntry(entry: unknown): [string, WecomConversation][] {
  if (!Array.isArray(entry)) return [];
  const [id, value]: unknown[] = entry;
  if (typeof id !== 'string' || !isObject(value)) return [];
  const { chatType, reply } = value;
  if (chatType !== 'single' && chatType !== 'group') return [];
  if (!isObject(reply)) return [[id, { chatType }]];
  const { reqId, messageId, at, tried } = reply;
  if (typeof reqId !== 'string' || typeof messageId !== 'string' || typeof at !== 'number')
    return [[id, { chatType }]];
  const known = { reqId, messageId, at, ...(typeof tried === 'string' ? { tried } : {}) };
  return [[id, { chatType, reply: known }]];
}
