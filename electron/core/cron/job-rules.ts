// What this gateway can do of upstream's jobs, decided before a job exists: pure. Everything else is refused in
// words that name the field, and nothing is accepted that would then never happen.

import { createHash } from 'node:crypto';
import type {
  CronAnnouncement,
  CronDelivery,
  CronFailureAlert,
  CronJob,
  CronJobDefinition,
  CronPayload,
  CronSchedule,
  CronWebhook,
} from '../../../shared/model/cron';
import type { CronAddParams, CronPatch } from '../../../shared/protocol/methods/cron';
import type { Outbound } from '../channels/outbound';
import { cleanForeignText } from '../lib/foreign-text';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import { parseTarget } from '../lib/webhook-target';
import type { FieldProblem } from './schedule';
import { checkSchedule } from './schedule';

type Judged<T> = Result<T, FieldProblem>;

/** Which channels and accounts there are now. */
export type Channels = Pick<Outbound, 'find'>;

/** The agent that upstream's clients mean when they mean none. */
export const DEFAULT_AGENT = 'main';
const MAIN_SESSIONS: readonly string[] = ['main', 'agent:main:main'];
const MAX_URL_CHARS = 2_048;
const NO_AGENTS = 'this gateway runs no agents';

export function judgeNewJob(
  input: CronAddParams,
  now: number,
  channels: Channels,
): Judged<CronJobDefinition> {
  const foreign = findForeign(input);
  if (foreign !== undefined) return err(foreign);
  const name = judgeName(input.name);
  if (!name.ok) return name;
  const schedule = judgeSchedule(input.schedule, now);
  if (!schedule.ok) return schedule;
  const payload = judgePayload(input.payload);
  if (!payload.ok) return payload;
  const delivery = judgeDelivery(input.delivery, payload.value.text, channels);
  if (!delivery.ok) return delivery;
  const failureAlert = judgeAlert(input.failureAlert, channels);
  if (!failureAlert.ok) return failureAlert;
  // As upstream: what happens once is gone afterwards, unless it is to be kept.
  const deleteAfterRun = input.deleteAfterRun ?? (schedule.value.kind === 'at' ? true : undefined);
  return ok({
    name: name.value,
    ...defined({
      displayName: input.displayName,
      description: input.description,
      agentId: input.agentId,
      deleteAfterRun,
      delivery: delivery.value,
      failureAlert: failureAlert.value,
    }),
    enabled: input.enabled ?? true,
    schedule: schedule.value,
    sessionTarget: 'main',
    wakeMode: input.wakeMode,
    payload: payload.value,
  });
}

/** The job's definition after the patch, judged as a whole. */
export function judgePatch(
  job: CronJob,
  patch: CronPatch,
  now: number,
  channels: Channels,
): Judged<CronJobDefinition> {
  if (patch.state !== undefined) return problem('state', 'is written by the gateway only');
  const foreign = findForeign(patch);
  if (foreign !== undefined) return err(foreign);
  const name = judgeName(patch.name ?? job.name);
  if (!name.ok) return name;
  const schedule = judgeNewSchedule(job, patch, now);
  if (!schedule.ok) return schedule;
  const payload =
    patch.payload === undefined
      ? ok(job.payload)
      : judgePayload({ ...job.payload, ...withoutUndefined(patch.payload) });
  if (!payload.ok) return payload;
  const delivery = judgeNewDelivery(job, patch, payload.value.text, channels);
  if (!delivery.ok) return delivery;
  const failureAlert =
    patch.failureAlert === undefined
      ? ok(job.failureAlert)
      : judgeAlert(mergeAlert(job.failureAlert, patch.failureAlert), channels);
  if (!failureAlert.ok) return failureAlert;
  const keep = <T>(next: T | null | undefined, now: T | undefined): T | undefined =>
    next === undefined ? now : (next ?? undefined);
  return ok({
    name: name.value,
    ...defined({
      displayName: keep(patch.displayName, job.displayName),
      description: keep(patch.description, job.description),
      agentId: keep(patch.agentId, job.agentId),
      deleteAfterRun: keep(patch.deleteAfterRun, job.deleteAfterRun),
      delivery: delivery.value,
      failureAlert: failureAlert.value,
    }),
    enabled: patch.enabled ?? job.enabled,
    schedule: schedule.value,
    sessionTarget: 'main',
    wakeMode: patch.wakeMode ?? job.wakeMode,
    payload: payload.value,
  });
}

/** Changes with what a person decided, not with the job's state. */
export function configRevision(job: CronJob): string {
  const { state: _state, createdAtMs: _created, updatedAtMs: _updated, ...definition } = job;
  return createHash('sha256').update(stableJson(definition)).digest('hex').slice(0, 32);
}

type Foreign = {
  readonly [K in 'declarationKey' | 'owner' | 'sessionTarget']?: CronAddParams[K] | undefined;
} & Pick<CronPatch, 'pacing' | 'trigger' | 'sessionKey' | 'agentId'>;

/** Upstream's fields that hang on agents, sessions or scripts. */
function findForeign(input: Foreign): FieldProblem | undefined {
  if (input.declarationKey !== undefined)
    return { field: 'declarationKey', message: 'jobs are not declared here: add the job without it' };
  if (input.owner !== undefined) return { field: 'owner', message: 'jobs have no owners here' };
  if (input.pacing != null)
    return { field: 'pacing', message: `${NO_AGENTS}, so there is nothing to pace: use schedule` };
  if (input.trigger != null)
    return { field: 'trigger', message: 'this gateway runs no scripts: use schedule alone' };
  if (input.sessionTarget !== undefined && input.sessionTarget !== 'main')
    return { field: 'sessionTarget', message: `${NO_AGENTS} and has no such sessions: use "main"` };
  if (input.sessionKey != null && !MAIN_SESSIONS.includes(input.sessionKey))
    return { field: 'sessionKey', message: 'this gateway has no sessions: leave it out' };
  if (input.agentId != null && input.agentId !== DEFAULT_AGENT)
    return { field: 'agentId', message: `${NO_AGENTS}: leave it out` };
  return undefined;
}

function judgeName(name: string): Judged<string> {
  const clean = cleanForeignText(name).trim();
  return clean === '' ? problem('name', 'holds nothing that can be shown') : ok(clean);
}

function judgeSchedule(schedule: CronAddParams['schedule'], now: number): Judged<CronSchedule> {
  if (schedule.kind === 'on-exit' || schedule.kind === 'stream')
    return problem('schedule.kind', 'this gateway runs no commands: use "at", "every" or "cron"');
  const clean = withoutUndefined(schedule) as CronSchedule;
  const checked = checkSchedule(clean, now);
  return checked.ok ? ok(clean) : checked;
}

/** An untouched schedule is judged again only when the job is switched on: an `at` may have passed by then. */
function judgeNewSchedule(job: CronJob, patch: CronPatch, now: number): Judged<CronSchedule> {
  if (patch.schedule !== undefined) return judgeSchedule(patch.schedule, now);
  return patch.enabled === true && !job.enabled ? judgeSchedule(job.schedule, now) : ok(job.schedule);
}

function judgePayload(
  payload: CronAddParams['payload'] | NonNullable<CronPatch['payload']>,
): Judged<CronPayload> {
  switch (payload.kind) {
    case 'systemEvent':
      return typeof payload.text === 'string'
        ? ok({ kind: 'systemEvent', text: payload.text })
        : problem('payload.text', 'is required');
    case 'agentTurn':
      return problem('payload.kind', `${NO_AGENTS}, so "agentTurn" cannot work: use "systemEvent"`);
    case 'command':
    case 'script':
      return problem('payload.kind', 'this gateway runs no commands or scripts: use "systemEvent"');
    default:
      return problem('payload.kind', 'is one of upstream’s internal jobs: use "systemEvent"');
  }
}

/** As sent, or as a patch upon the stored one. */
type RawDelivery = NonNullable<CronPatch['delivery']>;

function judgeDelivery(
  raw: RawDelivery | undefined,
  text: string,
  channels: Channels,
): Judged<CronDelivery | undefined> {
  if (raw === undefined) return ok(undefined);
  if (raw.failureDestination != null)
    return problem('delivery.failureDestination', 'is not supported: use failureAlert');
  if (raw.completionDestination != null)
    return problem('delivery.completionDestination', 'is not supported: a task is delivered to one place');
  if (raw.threadId != null)
    return problem('delivery.threadId', 'a thread is part of delivery.to here: leave it out');
  if (raw.mode === 'announce') {
    const announced = judgeAnnouncement('delivery', raw, channels);
    if (!announced.ok) return announced;
    const fits = judgeLength(announced.value, text, channels);
    return fits.ok ? ok({ ...announced.value, ...defined({ bestEffort: raw.bestEffort }) }) : fits;
  }
  const stray = strayTarget('delivery', raw);
  if (stray !== undefined) return err(stray);
  if (raw.mode !== 'webhook') return ok({ mode: 'none' });
  const webhook = judgeWebhook('delivery', raw);
  return webhook.ok ? ok({ ...webhook.value, ...defined({ bestEffort: raw.bestEffort }) }) : webhook;
}

/** One that is not touched stays, although its account may be gone by now: that is for its run to say. */
function judgeNewDelivery(
  job: CronJob,
  patch: CronPatch,
  text: string,
  channels: Channels,
): Judged<CronDelivery | undefined> {
  const { delivery } = job;
  if (patch.delivery !== undefined) {
    const raw = withoutUndefined(patch.delivery);
    const isMoved = raw.mode !== undefined && raw.mode !== delivery?.mode;
    // What belongs to one way of delivery means nothing on another.
    return judgeDelivery({ mode: 'none', ...(isMoved ? {} : delivery), ...raw }, text, channels);
  }
  if (patch.payload === undefined || delivery?.mode !== 'announce') return ok(delivery);
  const fits = judgeLength(delivery, text, channels);
  return fits.ok ? ok(delivery) : fits;
}

type RawAlert = Exclude<NonNullable<CronPatch['failureAlert']>, false>;

function mergeAlert(
  current: CronFailureAlert | undefined,
  patch: NonNullable<CronPatch['failureAlert']> | null,
): RawAlert | false | undefined {
  if (patch === null) return undefined;
  if (patch === false || !current) return patch;
  const raw = withoutUndefined(patch);
  const { after, cooldownMs } = current;
  const isMoved = raw.mode != null && raw.mode !== current.mode;
  return { ...(isMoved ? defined({ after, cooldownMs }) : current), ...raw };
}

function judgeAlert(
  raw: RawAlert | false | undefined,
  channels: Channels,
): Judged<CronFailureAlert | undefined> {
  if (raw === undefined || raw === false) return ok(raw);
  if (raw.includeSkipped === true)
    return problem('failureAlert.includeSkipped', 'skipped runs raise no alert here');
  const rhythm = defined({ after: raw.after, cooldownMs: raw.cooldownMs });
  if (raw.mode === 'announce') {
    const announced = judgeAnnouncement('failureAlert', raw, channels);
    return announced.ok ? ok({ ...announced.value, ...rhythm }) : announced;
  }
  if (raw.mode !== 'webhook') return problem('failureAlert.mode', 'is required: "announce" or "webhook"');
  const stray = strayTarget('failureAlert', raw);
  if (stray !== undefined) return err(stray);
  const webhook = judgeWebhook('failureAlert', raw);
  return webhook.ok ? ok({ ...webhook.value, ...rhythm }) : webhook;
}

/** Upstream's target of a delivery or an alert. */
interface RawTarget {
  readonly channel?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly to?: string | null | undefined;
}

function judgeAnnouncement(
  place: 'delivery' | 'failureAlert',
  { channel, accountId, to }: RawTarget,
  channels: Channels,
): Judged<CronAnnouncement> {
  if (channel === 'last')
    return problem(`${place}.channel`, 'this gateway keeps no last conversation: name the channel, and "to"');
  const account = accountId?.trim() || undefined;
  const found = channels.find({ channel: channel ?? undefined, accountId: account });
  if (!found.ok) return problem(`${place}.${found.error.field}`, found.error.message);
  const conversation = to?.trim() ?? '';
  if (conversation === '') return problem(`${place}.to`, 'is required: the conversation to announce to');
  return ok({
    mode: 'announce',
    channel: found.value.channel,
    ...defined({ accountId: account }),
    to: conversation,
  });
}

/** Said before the job exists, not each time it runs. */
function judgeLength(delivery: CronAnnouncement, text: string, channels: Channels): Judged<void> {
  if (text.trim() === '') return problem('payload.text', 'holds nothing that can be announced');
  const found = channels.find(delivery);
  if (!found.ok || text.length <= found.value.textLimit) return ok(undefined);
  const { channel, textLimit } = found.value;
  return problem('payload.text', `has ${text.length} characters, ${channel} takes ${textLimit}`);
}

/** A target of another way of delivery; `last` is what upstream's command line sends with every one. */
function strayTarget(place: 'delivery' | 'failureAlert', raw: RawTarget): FieldProblem | undefined {
  const message = 'belongs to "announce": leave it out';
  if (raw.channel != null && raw.channel !== 'last') return { field: `${place}.channel`, message };
  return raw.accountId == null ? undefined : { field: `${place}.accountId`, message };
}

function judgeWebhook(place: 'delivery' | 'failureAlert', { to }: RawTarget): Judged<CronWebhook> {
  const field = `${place}.to`;
  if (to == null) return problem(field, 'is required: the URL to deliver to');
  const url = parseTarget(to);
  if (!url.ok) return problem(field, url.error);
  // The normal form can be longer than what was sent.
  const { href } = url.value;
  return href.length <= MAX_URL_CHARS ? ok({ mode: 'webhook', to: href }) : problem(field, 'is too long');
}

function problem(field: string, message: string): Result<never, FieldProblem> {
  return err({ field, message });
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined | null> };

/** zod's optional keys may be present as undefined, upstream clears with null; a stored job has neither. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as Defined<T>;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}

function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
