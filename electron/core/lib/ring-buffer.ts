// A fixed number of newest items, oldest overwritten first. Used where memory must be bounded while a flood
// goes on. Index 0 is the oldest item held.

export class RingBuffer<T> {
  readonly #items: (T | undefined)[];
  readonly #capacity: number;
  #start = 0;
  #size = 0;

  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new RangeError('capacity must be a positive integer');
    this.#capacity = capacity;
    this.#items = new Array<T | undefined>(capacity).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    this.#items[(this.#start + this.#size) % this.#capacity] = item;
    if (this.#size < this.#capacity) this.#size += 1;
    else this.#start = (this.#start + 1) % this.#capacity;
  }

  at(index: number): T | undefined {
    if (index < 0 || index >= this.#size) return undefined;
    return this.#items[(this.#start + index) % this.#capacity];
  }

  get oldest(): T | undefined {
    return this.at(0);
  }

  get newest(): T | undefined {
    return this.at(this.#size - 1);
  }

  /** Takes out the oldest item. */
  shift(): T | undefined {
    const item = this.oldest;
    if (this.#size === 0) return undefined;
    this.#items[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.#capacity;
    this.#size -= 1;
    return item;
  }

  /** Takes back the newest item. */
  pop(): T | undefined {
    const item = this.newest;
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    this.#items[(this.#start + this.#size) % this.#capacity] = undefined;
    return item;
  }

  /** Oldest first. */
  toArray(): T[] {
    const out: T[] = [];
    for (let index = 0; index < this.#size; index += 1) out.push(this.at(index) as T);
    return out;
  }
}
