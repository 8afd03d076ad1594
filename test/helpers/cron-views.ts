// Tasks as main answers them, for the tests of the page and of the IPC.

import type { CronJobPage, CronJobQuery, CronJobView, CronPage, CronRunView } from '../../shared/model/cron';
import { SNAPSHOT_AT } from './status-snapshot';

export function cronJob(change: Partial<CronJobView> = {}): CronJobView {
  return {
    id: 'job-1',
    name: 'Morning summary',
    enabled: true,
    createdAtMs: SNAPSHOT_AT,
    updatedAtMs: SNAPSHOT_AT,
    schedule: { kind: 'cron', expr: '0 9 * * 1-5', tz: 'Europe/Berlin' },
    sessionTarget: 'main',
    wakeMode: 'now',
    payload: { kind: 'systemEvent', text: 'Look at the incidents.' },
    state: {},
    configRevision: 'r1',
    ...change,
  };
}

export function cronRun(change: Partial<CronRunView> = {}): CronRunView {
  return {
    ts: SNAPSHOT_AT,
    jobId: 'job-1',
    action: 'finished',
    status: 'ok',
    runId: 'run-1',
    runAtMs: SNAPSHOT_AT,
    durationMs: 12,
    ...change,
  };
}

type Paging = { readonly limit?: number | undefined; readonly offset?: number | undefined } | undefined;

/** The paging part of an answer about `total` rows. */
export function pageOf(total: number, query: Paging): CronPage {
  const { limit = 50, offset = 0 } = query ?? {};
  const end = Math.min(total, offset + limit);
  const hasMore = end < total;
  return { total, offset, limit, hasMore, nextOffset: hasMore ? end : null };
}

export function jobPage(jobs: readonly CronJobView[], query: CronJobQuery | undefined): CronJobPage {
  const page = pageOf(jobs.length, query);
  return {
    jobs: jobs.slice(page.offset, page.offset + page.limit),
    ...page,
    snapshotRevision: 's1',
    deliveryPreviews: {},
  };
}
