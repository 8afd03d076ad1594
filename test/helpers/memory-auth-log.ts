// What Pairing needs of the auth log, without a disk: keeps the events and counts what is asked to be on the disk.

import type { AuthEventInput, AuthLog } from '../../electron/core/auth-log/auth-log';
import type { AuthEvent } from '../../shared/model/auth-event';

export class MemoryAuthLog implements Pick<AuthLog, 'append' | 'flush'> {
  readonly events: AuthEventInput[] = [];
  /** How many of the events a flush has covered. */
  flushed = 0;
  /** Awaited before a flush is over: a disk that a test holds up. */
  beforeFlush: (() => Promise<void>) | undefined;

  append(event: AuthEventInput): AuthEvent {
    this.events.push(event);
    return { seq: this.events.length, at: 0, monoMs: 0, ...event } as AuthEvent;
  }

  async flush(): Promise<void> {
    const covered = this.events.length;
    await this.beforeFlush?.();
    this.flushed = covered;
  }
}
