// How many sockets may be unauthenticated at once. All local clients share one address, so a full budget
// drops the oldest silent socket instead of refusing the newcomer: 32 silent sockets lock nobody out (SEC-7).

import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';
import { toDisposable } from '../lib/disposable';

export interface PreauthMember {
  readonly peerAddress: string;
  /** True once it has sent a whole frame: never evicted, it is being answered. */
  isBusy(): boolean;
  evict(): void;
}

export interface PreauthBudgetOptions {
  readonly clock: Clock;
  readonly maxPerPeer: number;
  readonly maxTotal: number;
  /** A socket younger than this is not evicted for its peer's sake. */
  readonly youngMs: number;
}

export class PreauthBudget {
  /** When each was admitted (monotonic ms); insertion order is age. */
  readonly #members = new Map<PreauthMember, number>();
  readonly #perPeer = new Map<string, number>();
  readonly #options: PreauthBudgetOptions;

  constructor(options: PreauthBudgetOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Always admits; disposing gives the place back. What outgrows the budget is evicted, oldest silent first. */
  admit(member: PreauthMember): Disposable {
    const { clock, maxPerPeer, maxTotal, youngMs } = this.#options;
    const nowMs = clock.monotonicMs();
    const isOld = (admittedMs: number) => nowMs - admittedMs >= youngMs;
    const ofPeer = (other: PreauthMember) => other.peerAddress === member.peerAddress;
    // In a burst everybody is silent for a moment: who has just come may speak before anybody counts it against him.
    while ((this.#perPeer.get(member.peerAddress) ?? 0) >= maxPerPeer) {
      if (!this.#evictFirst((other, admittedMs) => ofPeer(other) && isOld(admittedMs))) break;
    }
    // The bound on all of them has no such courtesy.
    if (this.#members.size >= maxTotal) this.#evictFirst(() => true);
    this.#members.set(member, nowMs);
    this.#perPeer.set(member.peerAddress, (this.#perPeer.get(member.peerAddress) ?? 0) + 1);
    return toDisposable(() => this.#release(member));
  }

  #evictFirst(fits: (member: PreauthMember, admittedMs: number) => boolean): boolean {
    for (const [member, admittedMs] of this.#members) {
      if (member.isBusy() || !fits(member, admittedMs)) continue;
      this.#release(member);
      member.evict();
      return true;
    }
    return false;
  }

  #release(member: PreauthMember): void {
    if (!this.#members.delete(member)) return;
    const left = (this.#perPeer.get(member.peerAddress) ?? 1) - 1;
    if (left === 0) this.#perPeer.delete(member.peerAddress);
    else this.#perPeer.set(member.peerAddress, left);
  }
}
