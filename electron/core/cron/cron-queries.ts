// Filtering, sorting and paging of jobs and runs: pure. A page is cut short when it would grow too large for one
// reply; `hasMore` and `nextOffset` then say so, as for any page.

import type {
  CronJob,
  CronJobPage,
  CronJobQuery,
  CronJobView,
  CronPage,
  CronRunPage,
  CronRunQuery,
  CronRunView,
} from '../../../shared/model/cron';
import { publicTarget } from '../../../shared/model/cron-public';
import { configRevision, DEFAULT_AGENT } from './job-rules';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
/** Replies stay under 2 MiB. */
const MAX_PAGE_BYTES = 1_500_000;

export function jobPage(
  jobs: readonly CronJob[],
  query: CronJobQuery,
  snapshotRevision: string,
): CronJobPage {
  const chosen = jobs.filter((job) => fitsJob(job, query)).sort(jobOrder(query));
  const { rows, page } = pageOf(chosen, jobView, query);
  return {
    jobs: rows,
    ...page,
    snapshotRevision,
    deliveryPreviews: Object.fromEntries(rows.map((job) => [job.id, deliveryPreview(job)])),
  };
}

/** `runs` oldest first. */
export function runPage(runs: readonly CronRunView[], query: CronRunQuery): CronRunPage {
  const chosen = runs.filter((run) => fitsRun(run, query));
  if (query.sortDir !== 'asc') chosen.reverse();
  const { rows, page } = pageOf(chosen, (run) => run, query);
  return { entries: rows, ...page };
}

export function jobView(job: CronJob): CronJobView {
  const { nextRunAtMs, lastRunAtMs, lastRunStatus, lastError } = job.state;
  return {
    ...job,
    configRevision: configRevision(job),
    ...(nextRunAtMs === undefined ? {} : { nextRunAtMs }),
    ...(lastRunAtMs === undefined ? {} : { lastRunAtMs }),
    ...(lastRunStatus === undefined ? {} : { lastRunStatus }),
    ...(lastError === undefined ? {} : { lastRunError: lastError }),
  };
}

function deliveryPreview({ delivery }: CronJob): { readonly label: string; readonly detail: string } {
  switch (delivery?.mode) {
    case 'webhook':
      return { label: 'webhook', detail: publicTarget(delivery.to) };
    case 'announce': {
      const { channel, accountId, to } = delivery;
      return {
        label: 'announce',
        detail: `${channel}${accountId === undefined ? '' : `/${accountId}`} -> ${to}`,
      };
    }
    default:
      return { label: 'none', detail: 'not requested' };
  }
}

function fitsJob(job: CronJob, query: CronJobQuery): boolean {
  const enabled = query.enabled ?? (query.includeDisabled === true ? 'all' : 'enabled');
  if (enabled !== 'all' && job.enabled !== (enabled === 'enabled')) return false;
  if (isSet(query.scheduleKind) && job.schedule.kind !== query.scheduleKind) return false;
  if (isSet(query.lastRunStatus) && (job.state.lastRunStatus ?? 'unknown') !== query.lastRunStatus)
    return false;
  // No job here has a script as its condition.
  if (query.trigger === 'conditional') return false;
  if (query.agentId !== undefined && (job.agentId ?? DEFAULT_AGENT) !== query.agentId) return false;
  return contains(query.query, [job.name, job.displayName, job.description, job.id, job.payload.text]);
}

function fitsRun(run: CronRunView, query: CronRunQuery): boolean {
  if (query.runId !== undefined && run.runId !== query.runId) return false;
  if (query.statuses !== undefined && !query.statuses.includes(run.status)) return false;
  if (
    query.deliveryStatuses !== undefined &&
    !query.deliveryStatuses.includes(run.deliveryStatus ?? 'unknown')
  )
    return false;
  return contains(query.query, [run.summary, run.error, run.jobName, run.jobId]);
}

function isSet<T extends string>(filter: T | 'all' | undefined): filter is Exclude<T, 'all'> {
  return filter !== undefined && filter !== 'all';
}

function contains(query: string | undefined, texts: readonly (string | undefined)[]): boolean {
  const wanted = query?.trim().toLowerCase() ?? '';
  return wanted === '' || texts.some((text) => text?.toLowerCase().includes(wanted));
}

/** Jobs that are never due come last, whatever the direction. */
function jobOrder({
  sortBy = 'nextRunAtMs',
  sortDir = 'asc',
}: CronJobQuery): (a: CronJob, b: CronJob) => number {
  const sign = sortDir === 'asc' ? 1 : -1;
  const byName = (a: CronJob, b: CronJob) => compare(a.name.toLowerCase(), b.name.toLowerCase());
  return (a, b) => {
    let order: number;
    if (sortBy === 'name') order = sign * byName(a, b);
    else if (sortBy === 'updatedAtMs') order = sign * (a.updatedAtMs - b.updatedAtMs);
    else {
      const [x, y] = [a.state.nextRunAtMs, b.state.nextRunAtMs];
      if (x === undefined || y === undefined) order = Number(x === undefined) - Number(y === undefined);
      else order = sign * (x - y);
    }
    return order || byName(a, b) || compare(a.id, b.id);
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function pageOf<T, V>(
  rows: readonly T[],
  view: (row: T) => V,
  query: { readonly limit?: number | undefined; readonly offset?: number | undefined },
): { readonly rows: readonly V[]; readonly page: CronPage } {
  const limit = Math.min(MAX_LIMIT, Math.max(1, query.limit ?? DEFAULT_LIMIT));
  const offset = Math.max(0, query.offset ?? 0);
  const chosen: V[] = [];
  let bytes = 0;
  for (const row of rows.slice(offset, offset + limit)) {
    const shown = view(row);
    bytes += Buffer.byteLength(JSON.stringify(shown));
    if (bytes > MAX_PAGE_BYTES && chosen.length > 0) break;
    chosen.push(shown);
  }
  const end = offset + chosen.length;
  const hasMore = end < rows.length;
  return {
    rows: chosen,
    page: { total: rows.length, offset, limit, hasMore, nextOffset: hasMore ? end : null },
  };
}
