// Scheduled jobs as the panel and the wire see them: upstream's shapes (protocol section 5.4), cut to what this
// gateway can do. Types only, so that every side may name them.

export type CronSchedule =
  /** ISO 8601; without an offset it is UTC. */
  | { readonly kind: 'at'; readonly at: string }
  /** Runs at `anchorMs + n * everyMs`; without an anchor counted from the job's creation. */
  | { readonly kind: 'every'; readonly everyMs: number; readonly anchorMs?: number }
  /** Five fields (six with seconds) or a nickname such as `@daily`; without `tz` in the machine's time zone. */
  | { readonly kind: 'cron'; readonly expr: string; readonly tz?: string; readonly staggerMs?: number };

export interface CronPayload {
  readonly kind: 'systemEvent';
  readonly text: string;
}

export interface CronWebhook {
  readonly mode: 'webhook';
  readonly to: string;
}

/** As a text to a conversation of a channel. */
export interface CronAnnouncement {
  readonly mode: 'announce';
  readonly channel: string;
  /** The account `default`, or else the channel's first, when absent. */
  readonly accountId?: string;
  /** What `send` takes as `to`. */
  readonly to: string;
}

/** With `bestEffort` a failed delivery does not make the run an error. */
export type CronDelivery =
  | { readonly mode: 'none' }
  | ((CronWebhook | CronAnnouncement) & { readonly bestEffort?: boolean });

export type CronFailureAlert =
  | false
  | ((CronWebhook | CronAnnouncement) & {
      /** Errors in a row before the first alert; 2 when absent. */
      readonly after?: number;
      /** Least time between two alerts; an hour when absent. */
      readonly cooldownMs?: number;
    });

export type CronWakeMode = 'now' | 'next-heartbeat';
export type CronRunStatus = 'ok' | 'error' | 'skipped';
export type CronDeliveryStatus = 'delivered' | 'not-delivered' | 'unknown' | 'not-requested';

/** All times epoch ms, all durations ms. */
export interface CronJobState {
  readonly nextRunAtMs?: number;
  /** Set from the moment a run is taken on, also while it waits for a free slot. */
  readonly runningAtMs?: number;
  readonly lastRunAtMs?: number;
  readonly lastRunStatus?: CronRunStatus;
  /** Upstream's older name of `lastRunStatus`. */
  readonly lastStatus?: CronRunStatus;
  readonly lastError?: string;
  readonly lastDurationMs?: number;
  readonly consecutiveErrors?: number;
  readonly consecutiveSkipped?: number;
  readonly lastDelivered?: boolean;
  readonly lastDeliveryStatus?: CronDeliveryStatus;
  readonly lastDeliveryError?: string;
  readonly lastFailureAlertAtMs?: number;
}

/** What a person decides about a job. */
export interface CronJobDefinition {
  readonly name: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly agentId?: string;
  readonly enabled: boolean;
  /** Only for `at`: the job is gone after its first run that went well. */
  readonly deleteAfterRun?: boolean;
  readonly schedule: CronSchedule;
  readonly sessionTarget: 'main';
  readonly wakeMode: CronWakeMode;
  readonly payload: CronPayload;
  readonly delivery?: CronDelivery;
  readonly failureAlert?: CronFailureAlert;
}

/** A job as it is stored. */
export interface CronJob extends CronJobDefinition {
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly state: CronJobState;
}

/** A job as it is shown. */
export interface CronJobView extends CronJob {
  /** Changes with the definition, not with the state; send it back to refuse an edit of something older. */
  readonly configRevision: string;
  readonly nextRunAtMs?: number;
  readonly lastRunAtMs?: number;
  readonly lastRunStatus?: CronRunStatus;
  readonly lastRunError?: string;
}

/** One line of a job's history. */
export interface CronRunView {
  readonly ts: number;
  readonly jobId: string;
  readonly action: 'finished';
  readonly status: CronRunStatus;
  readonly completionStatus?: 'succeeded' | 'failed';
  readonly error?: string;
  readonly summary?: string;
  readonly delivered?: boolean;
  readonly deliveryStatus?: CronDeliveryStatus;
  readonly deliveryError?: string;
  readonly runId: string;
  readonly runAtMs: number;
  readonly durationMs: number;
  readonly nextRunAtMs?: number;
  readonly jobName?: string;
}

export interface CronPage {
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
  readonly hasMore: boolean;
  readonly nextOffset: number | null;
}

export interface CronJobPage extends CronPage {
  readonly jobs: readonly CronJobView[];
  readonly snapshotRevision: string;
  readonly deliveryPreviews: Readonly<Record<string, { readonly label: string; readonly detail: string }>>;
}

export interface CronRunPage extends CronPage {
  readonly entries: readonly CronRunView[];
}

export interface CronStatus {
  readonly enabled: true;
  readonly storePath: string;
  readonly jobs: number;
  readonly nextWakeAtMs: number | null;
  readonly triggersEnabled: false;
  readonly storage: 'json';
}

export interface CronJobQuery {
  readonly includeDisabled?: boolean | undefined;
  /** 1–200, 50 when absent. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly query?: string | undefined;
  readonly enabled?: 'all' | 'enabled' | 'disabled' | undefined;
  readonly scheduleKind?: 'all' | 'at' | 'every' | 'cron' | 'on-exit' | 'stream' | undefined;
  readonly lastRunStatus?: 'all' | CronRunStatus | 'unknown' | undefined;
  readonly trigger?: 'all' | 'conditional' | 'unconditional' | undefined;
  readonly sortBy?: 'nextRunAtMs' | 'updatedAtMs' | 'name' | undefined;
  readonly sortDir?: 'asc' | 'desc' | undefined;
  readonly agentId?: string | undefined;
}

export interface CronRunQuery {
  /** Of one job, or of all jobs when absent. */
  readonly jobId?: string | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly statuses?: readonly CronRunStatus[] | undefined;
  readonly deliveryStatuses?: readonly CronDeliveryStatus[] | undefined;
  readonly query?: string | undefined;
  readonly runId?: string | undefined;
  /** `desc` (newest first) when absent. */
  readonly sortDir?: 'asc' | 'desc' | undefined;
}

/** What a form sends to add a job. `sessionTarget` is always `main`. */
export interface CronJobInput {
  readonly name: string;
  readonly description?: string;
  readonly enabled?: boolean;
  /** True when absent for `at`. */
  readonly deleteAfterRun?: boolean;
  readonly schedule: CronSchedule;
  readonly sessionTarget: 'main';
  readonly wakeMode: CronWakeMode;
  readonly payload: CronPayload;
  readonly delivery?: CronDelivery;
  readonly failureAlert?: CronFailureAlert;
}

/** What a form sends to change one: only what changes. */
export interface CronJobEdit {
  readonly name?: string;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly deleteAfterRun?: boolean;
  readonly schedule?: CronSchedule;
  readonly wakeMode?: CronWakeMode;
  readonly payload?: CronPayload;
  readonly delivery?: CronDelivery;
  /** `null` takes it away. */
  readonly failureAlert?: CronFailureAlert | null;
}

export type CronRunMode = 'due' | 'force' | 'if-enabled';

export type CronRunAnswer =
  | { readonly ok: true; readonly enqueued: true; readonly runId: string; readonly processInstanceId: string }
  | {
      readonly ok: true;
      readonly ran: false;
      readonly reason: 'not-due' | 'already-running' | 'disabled';
      readonly processInstanceId: string;
    };

export type CronError =
  /** `field` is a dotted path such as `schedule.expr`. */
  | { readonly code: 'invalid'; readonly field: string; readonly message: string }
  | { readonly code: 'unknown_job'; readonly message: string }
  | { readonly code: 'changed' | 'stopped' | 'storage_failed'; readonly message: string };

/** The `cron` event. Everybody with the read scope gets it: targets of webhooks are cut to their origin. */
export interface CronEvent extends Partial<Omit<CronRunView, 'action'>> {
  readonly jobId: string;
  readonly action: 'added' | 'updated' | 'started' | 'finished' | 'removed';
  readonly job?: CronJobView;
  readonly nextRunAtMs?: number;
}
