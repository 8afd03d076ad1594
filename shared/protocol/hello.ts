// hello-ok, the answer to a good `connect` (protocol page section 2.6).

import type { StateVersion } from './frames';

export interface PresenceEntry {
  readonly host?: string;
  readonly ip?: string;
  readonly version?: string;
  readonly platform?: string;
  readonly deviceFamily?: string;
  readonly modelIdentifier?: string;
  readonly mode?: string;
  readonly lastInputSeconds?: number;
  readonly reason?: string;
  readonly tags?: readonly string[];
  readonly text?: string;
  readonly ts: number;
  readonly deviceId?: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly instanceId?: string;
}

export interface HelloOk {
  readonly type: 'hello-ok';
  readonly protocol: number;
  readonly server: { readonly version: string; readonly connId: string };
  readonly features: { readonly methods: readonly string[]; readonly events: readonly string[] };
  readonly snapshot: {
    readonly presence: readonly PresenceEntry[];
    readonly health: unknown;
    readonly stateVersion: StateVersion;
    readonly uptimeMs: number;
    readonly configPath?: string;
    readonly stateDir?: string;
    readonly authMode?: string;
  };
  readonly auth: {
    readonly role: string;
    readonly scopes: readonly string[];
    /** Only to the device itself, when it has just proven who it is. */
    readonly deviceToken?: string;
    readonly issuedAtMs?: number;
  };
  readonly policy: {
    readonly maxPayload: number;
    readonly maxBufferedBytes: number;
    readonly tickIntervalMs: number;
  };
}
