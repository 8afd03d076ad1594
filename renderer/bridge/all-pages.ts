// Asks for page after page until enough is there. Used for lists that are shown from their beginning on.

import type { IpcReply } from '../../shared/ipc/contract';
import type { CronPage } from '../../shared/model/cron';

/** What main gives at most in one answer. */
const PAGE_SIZE = 200;

export interface Collected<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

/** The first `wanted` rows, fewer when there are fewer. One failing answer fails the whole. */
export async function collectPages<P extends CronPage, T>(
  wanted: number,
  ask: (limit: number, offset: number) => Promise<IpcReply<P>>,
  rowsOf: (page: P) => readonly T[],
): Promise<IpcReply<Collected<T>>> {
  const rows: T[] = [];
  for (;;) {
    const reply = await ask(Math.min(PAGE_SIZE, wanted - rows.length), rows.length);
    if (!reply.ok) return reply;
    const page = rowsOf(reply.value);
    rows.push(...page);
    const { total, hasMore } = reply.value;
    if (!hasMore || page.length === 0 || rows.length >= wanted) return { ok: true, value: { rows, total } };
  }
}
