// Digests of the generations that were current a moment ago, so that a handshake whose challenge went out before
// a rotation is judged by the generation of its challenge. Owned by TokenStore. Bounded in time and in number.

/** A handshake has 15 s; the margin covers the work after its deadline was checked. */
const KEEP_MS = 20_000;
const MAX_ENTRIES = 4096;

export interface RecentGeneration {
  readonly generation: number;
  readonly fingerprint: string;
  readonly retiredAt: number;
  /** A "leaked" rotation came at or after its end: it may be recognised, never accepted. */
  readonly cut: boolean;
}

export class RecentGenerations {
  /** By digest in hex, oldest first. Looking a digest up tells nothing about a secret that is not known already. */
  readonly #entries = new Map<string, RecentGeneration & { readonly addedMs: number }>();

  add(digest: Buffer, entry: RecentGeneration, monotonicMs: number): void {
    const key = digest.toString('hex');
    this.#entries.delete(key);
    this.#entries.set(key, { ...entry, addedMs: monotonicMs });
    for (const [oldest, { addedMs }] of this.#entries) {
      if (monotonicMs - addedMs <= KEEP_MS && this.#entries.size <= MAX_ENTRIES) break;
      this.#entries.delete(oldest);
    }
  }

  cutAll(): void {
    for (const [key, entry] of this.#entries) this.#entries.set(key, { ...entry, cut: true });
  }

  find(digest: Buffer, monotonicMs: number): RecentGeneration | undefined {
    if (this.#entries.size === 0) return undefined;
    const entry = this.#entries.get(digest.toString('hex'));
    return entry !== undefined && monotonicMs - entry.addedMs <= KEEP_MS ? entry : undefined;
  }

  clear(): void {
    this.#entries.clear();
  }
}
