// `cron.*` (protocol section 5.4): upstream's params, results and words over the cron facade. Webhook targets are
// cut to their origin for callers without the admin scope.

import type { CronError, CronJobView } from '../../../../shared/model/cron';
import { withoutTargets } from '../../../../shared/model/cron-public';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { MethodParams } from '../../../../shared/protocol/methods';
import type { cronMethods } from '../../../../shared/protocol/methods/cron';
import { hasScope } from '../../../../shared/protocol/scopes';
import type { Cron } from '../../cron/cron';
import { cleanForeignText } from '../../lib/foreign-text';
import { err, ok } from '../../lib/result';
import type { Caller, MethodHandler, MethodResult } from './method-registry';

type CronMethod = keyof typeof cronMethods;

interface ById {
  readonly id?: string | undefined;
  readonly jobId?: string | undefined;
}

export function cronHandlers({ cron }: { readonly cron: Cron }): {
  readonly [K in CronMethod]: MethodHandler<K>;
} {
  return {
    'cron.list': (params, caller) => {
      const page = cron.list(params);
      return ok({ ...page, jobs: page.jobs.map((job) => shownTo(caller, job)) });
    },
    'cron.status': () => ok(cron.status()),
    'cron.get': (params, caller) => {
      const id = idOf(params);
      if (id === undefined) return missingId('cron.get');
      const job = cron.get(id);
      return job === undefined ? err(notFound(id, caller)) : ok(shownTo(caller, job));
    },
    'cron.runs': (params, caller) => runs(cron, params ?? {}, caller),
    'cron.add': async (params, caller) => answer('cron.add', '', caller, await cron.add(params)),
    'cron.update': async (params, caller) => {
      const id = idOf(params);
      if (id === undefined) return missingId('cron.update');
      const updated = await cron.update(id, params.patch, params.expectedConfigRevision);
      return answer('cron.update', id, caller, updated);
    },
    'cron.remove': async (params, caller) => {
      const id = idOf(params);
      if (id === undefined) return missingId('cron.remove');
      const removed = await cron.remove(id);
      if (removed.ok) return ok({ ok: true, removed: true });
      // 2026.4.29 takes it for done.
      if (removed.error.code === 'unknown_job' && caller.principal.protocol < 4)
        return ok({ ok: true, removed: false });
      return answer('cron.remove', id, caller, removed);
    },
    'cron.run': (params, caller) => {
      const id = idOf(params);
      if (id === undefined) return missingId('cron.run');
      const expected = params.expectedProcessInstanceId;
      if (cron.get(id) !== undefined && expected !== undefined && expected !== cron.processInstanceId)
        return err(
          invalidRequest('invalid cron.run params: the gateway process has changed: load the job again'),
        );
      return answer('cron.run', id, caller, cron.run(id, params.mode));
    },
  };
}

type RunsParams = NonNullable<MethodParams<'cron.runs'>>;

async function runs(cron: Cron, params: RunsParams, caller: Caller): Promise<MethodResult> {
  const id = idOf(params);
  const scope = params.scope ?? (id === undefined ? 'all' : 'job');
  if (scope === 'job' && id === undefined) return missingId('cron.runs');
  const { status, deliveryStatus } = params;
  const page = await cron.runs({
    ...params,
    jobId: scope === 'job' ? id : undefined,
    statuses: params.statuses ?? (status === undefined || status === 'all' ? undefined : [status]),
    deliveryStatuses:
      params.deliveryStatuses ?? (deliveryStatus === undefined ? undefined : [deliveryStatus]),
  });
  // A job that is gone still has its history for a while.
  const isUnknown = scope === 'job' && id !== undefined && page.total === 0 && cron.get(id) === undefined;
  return isUnknown && caller.principal.protocol >= 4 ? err(notFound(id, caller)) : ok(page);
}

function shownTo(caller: Caller, job: CronJobView): CronJobView {
  return hasScope(caller.principal.scopes, 'operator.admin') ? job : withoutTargets(job);
}

/** Upstream takes either name; with both, `id` counts. */
function idOf({ id, jobId }: ById): string | undefined {
  return id ?? jobId;
}

function missingId(method: CronMethod): MethodResult {
  return err(invalidRequest(`invalid ${method} params: missing id`));
}

function answer(
  method: CronMethod,
  id: string,
  caller: Caller,
  result: { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: CronError },
): MethodResult {
  return result.ok ? ok(result.value) : err(wireError(method, id, caller, result.error));
}

function wireError(method: CronMethod, id: string, caller: Caller, error: CronError): WireError {
  switch (error.code) {
    case 'invalid':
      return invalidRequest(
        `invalid ${method} params: at /${error.field.replaceAll('.', '/')}: ${error.message}`,
      );
    case 'changed':
      return invalidRequest(`invalid ${method} params: at /expectedConfigRevision: ${error.message}`);
    case 'unknown_job':
      return notFound(id, caller);
    case 'stopped':
    case 'storage_failed':
      return { code: 'UNAVAILABLE', message: error.message };
  }
}

function notFound(id: string, caller: Caller): WireError {
  const message = `unknown cron job id: ${cleanForeignText(id)}`;
  return caller.principal.protocol < 4
    ? { code: 'UNAVAILABLE', message: `Error: ${message}` }
    : invalidRequest(message, { code: 'CRON_JOB_NOT_FOUND', jobId: id });
}
