// The one status snapshot. core/status/status-hub derives it; window, tray, health and `gatehouse status`
// all render this same object, so they cannot disagree. `seq` rises with every change.

import type { ChannelAccountStatus } from './channel';
import type { CredentialStatus } from './token';

export type GatewayState =
  | 'stopped'
  | 'starting'
  | 'listening'
  | 'port-taken'
  | 'locked'
  | 'failed'
  | 'stopping';

/** Who holds the port we want. `kind` is told by asking it, never by its name alone. */
export interface PortOwner {
  readonly kind: 'gatehouse' | 'openclaw' | 'other' | 'unknown';
  readonly pid?: number;
  readonly command?: string;
}

export interface GatewayStatus {
  readonly state: GatewayState;
  /** `ws://127.0.0.1:PORT`, only while listening. */
  readonly url?: string;
  readonly host: string;
  /** The port asked for; the bound one is in `url`. */
  readonly port: number;
  /** When the present state began (epoch ms). */
  readonly since: number;
  readonly clients: number;
  readonly portOwner?: PortOwner;
  readonly nextRetryAt?: number;
  readonly error?: string;
}

export type ProbeFact = 'ok' | 'failed' | 'not-run';

/** The four facts of the internal probe, kept apart (architecture section 6). */
export interface ProbeReport {
  readonly at: number;
  readonly durationMs: number;
  readonly trigger: 'schedule' | 'rotation' | 'resume' | 'demand' | 'start';
  readonly portOpen: ProbeFact;
  readonly protocol: ProbeFact;
  readonly credential: ProbeFact;
  readonly scope: ProbeFact;
  /** The generation it was accepted with. */
  readonly generation?: number;
  /** True when a leaked rotation cut the first try and the one retry was made. */
  readonly retried: boolean;
  /** In words, for the first fact that is not ok. */
  readonly error?: string;
}

export interface ProbeStatus {
  readonly running: boolean;
  readonly intervalMs: number;
  readonly last?: ProbeReport;
  /** Newest report whose four facts were all ok. */
  readonly lastOkAt?: number;
  /** All refusals of our own probe since start; the promise is 0. */
  readonly internalRefusals: number;
}

export interface Counters {
  readonly accepted24h: number;
  readonly refused24h: number;
  readonly lastRefusalAt?: number;
  /** Auth events that never reached the disk (kept in memory only). */
  readonly authLogGap: number;
  readonly authLogWritable: boolean;
}

/** Something a person should know that is not a state: shown as a banner, cleared by its owner. */
export interface Notice {
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly code:
    | 'settings-set-aside'
    | 'settings-invalid'
    | 'settings-changed-on-disk'
    | 'credential-recovered'
    | 'credential-changed-on-disk'
    | 'secret-not-encrypted'
    | 'auth-log-unwritable'
    | 'auth-log-recovered'
    | 'auth-mode-none'
    | 'devices-set-aside'
    | 'devices-unreadable'
    | 'cron-set-aside'
    | 'no-tray';
  /** Plain facts for the text, for example a file name. Never a secret. */
  readonly params: Readonly<Record<string, string>>;
  readonly at: number;
}

export interface StatusSnapshot {
  readonly seq: number;
  readonly at: number;
  readonly version: string;
  readonly startedAt: number;
  readonly gateway: GatewayStatus;
  readonly credential: CredentialStatus;
  readonly probe: ProbeStatus;
  readonly channels: readonly ChannelAccountStatus[];
  /** How many devices wait to be let in; who they are is `device.pair.list`. */
  readonly pendingDevices: number;
  readonly counters: Counters;
  readonly eventLoopDelayP99Ms: number;
  readonly notices: readonly Notice[];
}
