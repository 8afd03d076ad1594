// A clock that moves only when a test says so. `advance` runs due timers in order of their due time, then of
// their creation; a timer set by a callback inside the span runs too. It never waits for promises: use
// `advanceAsync` when callbacks resume awaiting code that sets further timers.

import type { Clock } from '../../electron/core/lib/clock';
import type { Disposable } from '../../electron/core/lib/disposable';
import { toDisposable } from '../../electron/core/lib/disposable';

interface Timer {
  dueAt: number;
  readonly callback: () => void;
  readonly everyMs?: number;
}

/** Lets every promise continuation that is ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements Clock {
  #wall: number;
  #mono = 0;
  readonly #timers = new Set<Timer>();

  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#wall = startAt;
  }

  now(): number {
    return this.#wall;
  }

  monotonicMs(): number {
    return this.#mono;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  setTimeout(callback: () => void, delayMs: number): Disposable {
    return this.#add({ dueAt: this.#mono + Math.max(0, delayMs), callback });
  }

  setInterval(callback: () => void, everyMs: number): Disposable {
    const step = Math.max(1, everyMs);
    return this.#add({ dueAt: this.#mono + step, callback, everyMs: step });
  }

  advance(ms: number): void {
    const end = this.#mono + ms;
    for (let timer = this.#nextDue(end); timer !== undefined; timer = this.#nextDue(end)) this.#fire(timer);
    this.#moveTo(end);
  }

  /** As `advance`, but lets promises settle before the first timer and after each one. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await settle();
    for (let timer = this.#nextDue(end); timer !== undefined; timer = this.#nextDue(end)) {
      this.#fire(timer);
      await settle();
    }
    this.#moveTo(end);
  }

  /** Moves the wall clock alone, as a user or NTP would. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #add(timer: Timer): Disposable {
    this.#timers.add(timer);
    return toDisposable(() => this.#timers.delete(timer));
  }

  #nextDue(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= end && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#moveTo(Math.max(this.#mono, timer.dueAt));
    if (timer.everyMs === undefined) this.#timers.delete(timer);
    else timer.dueAt += timer.everyMs;
    timer.callback();
  }

  #moveTo(mono: number): void {
    this.#wall += mono - this.#mono;
    this.#mono = mono;
  }
}
