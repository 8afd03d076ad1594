// How many sockets may be unauthenticated at once. All local clients share one address, so a full budget
// drops the oldest silent socket instead of refusing the newcomer: 32 silent sockets lock nobody out (SEC-7).

import type { Disposable } from '../lib/disposable';
import { toDisposable } from '../lib/disposable';

export interface PreauthMember {
  readonly peerAddress: string;
  /** True once it has sent a whole frame: never evicted, it is being answered. */
  isBusy(): boolean;
  evict(): void;
}

export class PreauthBudget {
  /** Insertion order is age. */
  readonly #members = new Set<PreauthMember>();
  readonly #perPeer = new Map<string, number>();
  readonly #maxPerPeer: number;
  readonly #maxTotal: number;

  constructor(options: { readonly maxPerPeer: number; readonly maxTotal: number }) {
    this.#maxPerPeer = options.maxPerPeer;
    this.#maxTotal = options.maxTotal;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Always admits; disposing gives the place back. Members that outgrow the budget are evicted, oldest silent first. */
  admit(member: PreauthMember): Disposable {
    this.#makeRoom(member.peerAddress);
    this.#members.add(member);
    this.#perPeer.set(member.peerAddress, (this.#perPeer.get(member.peerAddress) ?? 0) + 1);
    return toDisposable(() => this.#release(member));
  }

  #makeRoom(peerAddress: string): void {
    const overPeer = (this.#perPeer.get(peerAddress) ?? 0) >= this.#maxPerPeer;
    const overTotal = this.#members.size >= this.#maxTotal;
    if (!overPeer && !overTotal) return;
    for (const member of this.#members) {
      if (member.isBusy() || (overPeer && !overTotal && member.peerAddress !== peerAddress)) continue;
      this.#release(member);
      member.evict();
      return;
    }
  }

  #release(member: PreauthMember): void {
    if (!this.#members.delete(member)) return;
    const left = (this.#perPeer.get(member.peerAddress) ?? 1) - 1;
    if (left === 0) this.#perPeer.delete(member.peerAddress);
    else this.#perPeer.set(member.peerAddress, left);
  }
}
