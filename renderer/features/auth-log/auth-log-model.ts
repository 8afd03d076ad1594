// The list behind the Auth log page: pages from main, live events on top, filters, and a pause while the reader
// is scrolled away. Bounded: it never holds more than MAX_ROWS events, and says when it is full.

import type { IpcError } from '../../../shared/ipc/contract';
import type { AuthEvent, AuthLogQuery } from '../../../shared/model/auth-event';
import type { Api } from '../../bridge/api';
import { Observable } from '../../bridge/observable';
import { type LogFilter, matchesFilter, NO_FILTER } from './auth-log-view';

export const PAGE_SIZE = 200;
export const MAX_ROWS = 5_000;
/** Pages that may be fetched in a row without one visible row, before the reader is asked. */
const MAX_EMPTY_PAGES = 20;
const CATCH_UP_MS = 2_000;

export interface AuthLogState {
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  /** Newest first; already filtered. */
  readonly events: readonly AuthEvent[];
  readonly filter: LogFilter;
  /** Live events that wait while the reader is scrolled away. */
  readonly waiting: number;
  readonly paused: boolean;
  readonly total: number;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly full: boolean;
  readonly selected: number | undefined;
  readonly error: IpcError | undefined;
}

const EMPTY: AuthLogState = {
  phase: 'idle',
  events: [],
  filter: NO_FILTER,
  waiting: 0,
  paused: false,
  total: 0,
  hasMore: false,
  loadingMore: false,
  full: false,
  selected: undefined,
  error: undefined,
};

export class AuthLogModel {
  readonly state = new Observable<AuthLogState>(EMPTY);
  readonly #api: Api;
  #unsubscribe: (() => void) | undefined;
  #cursor: string | undefined;
  #pending: AuthEvent[] = [];
  #pendingOverflow = false;
  #lastSeq = 0;
  /** Answers to an older question are dropped. */
  #epoch = 0;
  #catchUp: ReturnType<typeof setTimeout> | undefined;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** Subscribes, then loads; called when the page is shown for the first time. Idempotent. */
  start(): void {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#api.on('authLog.appended', (events) => this.#append(events));
    void this.reload();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#epoch += 1;
    this.#clearCatchUp();
  }

  setFilter(change: Partial<LogFilter>): void {
    const filter = { ...this.state.get().filter, ...change };
    this.#patch({ filter, selected: undefined });
    // Before the page was ever shown, start() will load with this filter.
    if (this.#unsubscribe) void this.reload();
  }

  select(seq: number | undefined): void {
    this.#patch({ selected: seq });
  }

  /** While paused, live events are counted instead of shown, so that the list does not move under the reader. */
  setPaused(paused: boolean): void {
    if (this.state.get().paused === paused) return;
    if (paused) this.#patch({ paused });
    else this.showWaiting();
  }

  showWaiting(): void {
    this.#patch({ paused: false });
    if (this.#pendingOverflow) {
      void this.reload();
      return;
    }
    const waiting = this.#pending;
    this.#pending = [];
    this.#prepend(waiting);
  }

  async reload(): Promise<void> {
    this.#clearCatchUp();
    this.#epoch += 1;
    const epoch = this.#epoch;
    this.#cursor = undefined;
    this.#pending = [];
    this.#pendingOverflow = false;
    this.#patch({ phase: 'loading', waiting: 0, error: undefined, full: false, loadingMore: false });
    const reply = await this.#api.call('authLog.query', this.#query());
    if (epoch !== this.#epoch) return;
    if (!reply.ok) {
      this.#patch({ phase: 'failed', error: reply.error, events: [], hasMore: false });
      return;
    }
    const { events, nextCursor, total } = reply.value;
    this.#cursor = nextCursor;
    const visible = this.#visible(events);
    const live = this.#pending;
    this.#pending = [];
    this.#patch({ phase: 'ready', events: visible, total, hasMore: nextCursor !== undefined, waiting: 0 });
    // Events that came while the answer was under way and are not part of it.
    const newest = events[0]?.seq ?? 0;
    this.#lastSeq = Math.max(this.#lastSeq, newest);
    this.#prepend(live.filter((event) => event.seq > newest));
    if (visible.length === 0) await this.loadMore();
  }

  /** Older events. Goes on by itself while filters leave nothing to see, up to a limit. */
  async loadMore(): Promise<void> {
    if (this.state.get().loadingMore || this.state.get().phase !== 'ready') return;
    const epoch = this.#epoch;
    for (let page = 0; page < MAX_EMPTY_PAGES && this.#cursor !== undefined; page += 1) {
      this.#patch({ loadingMore: true });
      const reply = await this.#api.call('authLog.query', { ...this.#query(), cursor: this.#cursor });
      if (epoch !== this.#epoch) return;
      if (!reply.ok) {
        this.#patch({ loadingMore: false, error: reply.error });
        return;
      }
      this.#cursor = reply.value.nextCursor;
      const known = new Set(this.state.get().events.map((event) => event.seq));
      const older = this.#visible(reply.value.events).filter((event) => !known.has(event.seq));
      this.#setEvents([...this.state.get().events, ...older]);
      if (older.length > 0) break;
    }
    this.#patch({ loadingMore: false, hasMore: this.#cursor !== undefined });
  }

  #clearCatchUp(): void {
    clearTimeout(this.#catchUp);
    this.#catchUp = undefined;
  }

  #query(): AuthLogQuery {
    const { outcome, reason, text } = this.state.get().filter;
    return {
      limit: PAGE_SIZE,
      ...(outcome !== 'all' && { outcome }),
      ...(reason !== 'any' && { reason }),
      ...(text.trim() !== '' && { text: text.trim() }),
    };
  }

  #visible(events: readonly AuthEvent[]): readonly AuthEvent[] {
    const { hideOwn } = this.state.get().filter;
    return hideOwn ? events.filter((event) => !('internal' in event && event.internal)) : events;
  }

  #append(events: readonly AuthEvent[]): void {
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) return;
    const missed = this.#lastSeq > 0 && first.seq > this.#lastSeq + 1;
    this.#lastSeq = Math.max(this.#lastSeq, last.seq);
    const { phase, filter } = this.state.get();
    const fresh = events.filter((event) => matchesFilter(event, filter)).reverse();
    if (phase === 'loading') {
      this.#pending = [...fresh, ...this.#pending];
      return;
    }
    if (phase !== 'ready') return;
    if (this.state.get().paused) {
      this.#pending = [...fresh, ...this.#pending];
      this.#pendingOverflow ||= missed || this.#pending.length > MAX_ROWS;
      if (this.#pending.length > MAX_ROWS) this.#pending.length = MAX_ROWS;
      this.#patch({ waiting: this.state.get().waiting + fresh.length });
      return;
    }
    this.#prepend(fresh);
    // A push holds at most 200 events; after a burst the rest has to be asked for, but not at the burst's pace.
    if (missed) this.#catchUp ??= setTimeout(() => void this.reload(), CATCH_UP_MS);
  }

  #prepend(fresh: readonly AuthEvent[]): void {
    const { events, total } = this.state.get();
    const attempts = fresh.filter((event) => event.event === 'auth.attempt').length;
    this.#patch({ waiting: 0, total: total + attempts });
    if (fresh.length > 0) this.#setEvents([...fresh, ...events]);
  }

  #setEvents(events: readonly AuthEvent[]): void {
    if (events.length <= MAX_ROWS) {
      this.#patch({ events });
      return;
    }
    // What is cut off at the end is no longer what the cursor continues from.
    this.#cursor = undefined;
    this.#patch({ events: events.slice(0, MAX_ROWS), full: true, hasMore: false });
  }

  #patch(change: Partial<AuthLogState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
