// What an account keeps between epochs so that it can resume instead of starting a session, which vendors ration
// (reference/channels section 3.4): the session, the intents that were refused, the instant of the last Identify.
// Owned by run-gateway; nothing in here is a credential.

import type { ChannelIdentity } from '../../../../../shared/model/channel';
import type { Clock } from '../../../lib/clock';
import type { AccountStore } from '../../account-store';
import { isObject } from '../../net/failures';
import { isSequence } from './frames';

/** Vendors forget a session a few minutes after its last sign of life. */
const RESUMABLE_MS = 300_000;
/** For so long intents that were refused are not asked for again: each try costs a session. */
const REFUSED_MS = 600_000;
/** Vendors take one Identify per 5 s (`max_concurrency` 1). */
const IDENTIFY_EVERY_MS = 5_000;

export interface GatewaySession {
  readonly id: string;
  readonly seq: number;
  /** Where to resume. */
  readonly url: string;
  readonly intents: number;
  /** Fewer intents than wanted were granted. */
  readonly reduced: boolean;
  readonly identity: ChannelIdentity;
}

interface StoredSession extends GatewaySession {
  /** Epoch ms of its last sign of life. */
  readonly at: number;
  readonly owner: string;
  /** Its last link ended by itself; absent while it lives and when we were told to stop. */
  readonly lost?: true;
}

export class GatewaySessions {
  readonly #store: AccountStore;
  readonly #clock: Clock;
  readonly #owner: string;
  #current: StoredSession | undefined;

  /** `owner`: whose sessions these are, so that another bot in the same account starts afresh. No secret. */
  constructor(store: AccountStore, clock: Clock, owner: string) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
    this.#current = this.#read();
  }

  /** The session that can be resumed now. */
  resumable(): GatewaySession | undefined {
    const session = this.#current;
    if (session === undefined) return undefined;
    const ageMs = this.#clock.now() - session.at;
    // A clock that was set back says nothing about the age.
    if (session.owner !== this.#owner || ageMs < 0 || ageMs >= RESUMABLE_MS) return undefined;
    if (session.reduced && session.lost === undefined) {
      // Somebody restarted it, perhaps having granted what was missing: only a new session can tell.
      this.#store.delete('refusedIntents');
      return undefined;
    }
    return session;
  }

  begin(session: GatewaySession): void {
    this.#save({ ...session, owner: this.#owner, at: this.#clock.now() });
  }

  /** The current session lives; `seq` when it has moved on. */
  alive(seq?: number): void {
    const session = this.#current;
    if (session === undefined) return;
    const { lost, ...rest } = session;
    this.#save({ ...rest, at: this.#clock.now(), seq: seq ?? session.seq });
  }

  lost(): void {
    if (this.#current !== undefined) this.#save({ ...this.#current, lost: true });
  }

  drop(): void {
    this.#current = undefined;
    this.#store.delete('session');
  }

  /** How many of the wishes, most wanted first, were refused lately. */
  refused(): number {
    const stored = this.#store.get('refusedIntents');
    if (!isObject(stored) || stored.owner !== this.#owner || !isSequence(stored.count)) return 0;
    const ageMs = typeof stored.at === 'number' ? this.#clock.now() - stored.at : -1;
    return ageMs >= 0 && ageMs < REFUSED_MS ? stored.count : 0;
  }

  refuse(count: number): void {
    this.#store.set('refusedIntents', { count, owner: this.#owner, at: this.#clock.now() });
  }

  /** Ms until the vendor takes another Identify. */
  identifyInMs(): number {
    const at = this.#store.get('identifiedAt');
    const ageMs = typeof at === 'number' ? this.#clock.now() - at : IDENTIFY_EVERY_MS;
    return ageMs < 0 ? IDENTIFY_EVERY_MS : Math.max(0, IDENTIFY_EVERY_MS - ageMs);
  }

  identified(): void {
    this.#store.set('identifiedAt', this.#clock.now());
  }

  #save(session: StoredSession): void {
    this.#current = session;
    this.#store.set('session', session);
  }

  #read(): StoredSession | undefined {
    const stored = this.#store.get('session');
    if (!isObject(stored)) return undefined;
    const { id, seq, url, intents, reduced, identity, at, owner, lost } = stored;
    if (typeof id !== 'string' || id === '' || typeof url !== 'string' || typeof owner !== 'string')
      return undefined;
    if (!isSequence(seq) || !isSequence(intents) || typeof at !== 'number' || !isObject(identity))
      return undefined;
    return {
      id,
      seq,
      url,
      intents,
      reduced: reduced === true,
      identity: {
        ...(typeof identity.id === 'string' ? { id: identity.id } : {}),
        ...(typeof identity.name === 'string' ? { name: identity.name } : {}),
      },
      at,
      owner,
      ...(lost === true ? { lost } : {}),
    };
  }
}
