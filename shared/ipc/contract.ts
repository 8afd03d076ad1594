// The IPC contract: call and event names mapped to types. Types only, nothing here exists at run time.
// Order of checks in main: trusted sender -> known name -> schema -> handler -> envelope (shell/ipc).
// No reply carries a secret: copying and adopting the token go through the clipboard inside main.

import type { AuthEvent, AuthLogPage, AuthLogQuery } from '../model/auth-event';
import type {
  CronEvent,
  CronJobEdit,
  CronJobInput,
  CronJobPage,
  CronJobQuery,
  CronJobView,
  CronRunAnswer,
  CronRunPage,
  CronRunQuery,
  CronStatus,
} from '../model/cron';
import type { DeviceRole, PairedDevice, PendingPairing } from '../model/device';
import type { Settings, SettingsPatch } from '../model/settings';
import type { GatewayStatus, ProbeReport, StatusSnapshot } from '../model/status';
import type { RotationReason, SecretProblem } from '../model/token';
import type { ChannelIpcCalls, VendorFailure } from './channels';
import type { IPC_CALL_NAMES, IPC_EVENT_NAMES } from './names';

export type PageId = 'overview' | 'channels' | 'auth-log' | 'credentials' | 'tasks' | 'settings';

export interface SessionOnGrace {
  readonly connId: string;
  readonly client: string;
  readonly peer: string;
  readonly connectedAt: number;
}

export interface CredentialChange {
  readonly generation: number;
  readonly fingerprint: string;
  readonly graceUntil?: number;
}

/** What the clipboard holds, judged in main; the text itself never crosses. */
export type ClipboardSecret =
  | { readonly ok: true; readonly fingerprint: string }
  | { readonly ok: false; readonly problem: SecretProblem };

/** Who asks to be let in, and who is. */
export interface DevicesView {
  readonly pending: readonly PendingPairing[];
  readonly paired: readonly PairedDevice[];
}

/** `seq` rises with every change, whoever made it: the panel, a client's config.patch, a hand edit. */
export interface SettingsView {
  readonly seq: number;
  readonly settings: Settings;
}

export interface AppInfo {
  readonly version: string;
  readonly electron: string;
  readonly node: string;
  readonly platform: string;
  readonly home: string;
  /** The desktop's, for the language setting `system`. */
  readonly locale: 'en' | 'zh-CN';
  readonly hasTray: boolean;
}

export interface IpcCalls extends ChannelIpcCalls {
  'status.get': { params: undefined; result: StatusSnapshot };
  /** Runs one probe now, or joins the one in flight. */
  'probe.run': { params: undefined; result: ProbeReport };
  'gateway.start': { params: undefined; result: GatewayStatus };
  'gateway.stop': { params: undefined; result: GatewayStatus };
  'gateway.restart': { params: undefined; result: GatewayStatus };
  'authLog.query': { params: AuthLogQuery; result: AuthLogPage };
  /** Puts the token on the clipboard (audited as token.copied); cleared after 60 s when still there. */
  'credential.copy': { params: undefined; result: { readonly clearsAt: number } };
  'credential.rotate': {
    params: { readonly reason: RotationReason; readonly graceMs: number };
    result: CredentialChange;
  };
  'credential.retireGrace': { params: undefined; result: { readonly closed: number } };
  /** Judged as what the mode asks for; as a password when the page is about to ask for one. */
  'credential.inspectClipboard': {
    params: { readonly kind: 'password' } | undefined;
    result: ClipboardSecret;
  };
  /** Adopts what the clipboard holds if its fingerprint still is the one that was shown. */
  'credential.adoptClipboard': { params: { readonly fingerprint: string }; result: CredentialChange };
  'credential.sessionsOnGrace': { params: undefined; result: readonly SessionOnGrace[] };
  /**
   * What clients must present from now on; sessions of the mode before end. `fingerprint`: the password that the
   * clipboard still holds is taken with it; without one, `password_missing` says that there is none.
   */
  'credential.setMode': {
    params:
      | { readonly mode: 'token' | 'none' }
      | { readonly mode: 'password'; readonly fingerprint?: string };
    result: null;
  };
  /** The way out of `locked`: sets the unreadable store aside (never deletes it) and makes a new token. */
  'credential.startOver': { params: undefined; result: CredentialChange };
  'channels.setEnabled': {
    params: { readonly channel: string; readonly accountId: string; readonly enabled: boolean };
    result: null;
  };
  'channels.restart': { params: { readonly channel: string; readonly accountId: string }; result: null };
  'channels.probe': { params: { readonly channel: string; readonly accountId: string }; result: null };
  /** Makes a new secret for the account, seals it and puts it on the clipboard. */
  'channels.newSecret': {
    params: { readonly channel: string; readonly accountId: string };
    result: { readonly clearsAt: number };
  };
  'devices.list': { params: undefined; result: DevicesView };
  /** Approves exactly what was shown: refused when the request is no longer the one that `shownHash` names. */
  'devices.approve': { params: { readonly requestId: string; readonly shownHash: string }; result: null };
  'devices.reject': { params: { readonly requestId: string }; result: null };
  /** Forgets the device and its tokens, and disconnects it. */
  'devices.remove': { params: { readonly deviceId: string }; result: null };
  'devices.revokeToken': { params: { readonly deviceId: string; readonly role: DeviceRole }; result: null };
  /** In every answer about jobs the targets of webhooks are cut to their origin: their paths can be secrets. */
  'cron.list': { params: CronJobQuery | undefined; result: CronJobPage };
  'cron.status': { params: undefined; result: CronStatus };
  /** Refused with the field named, as it is called in `CronJobInput`, when anything in it cannot work. */
  'cron.add': { params: CronJobInput; result: CronJobView };
  'cron.update': { params: { readonly id: string; readonly patch: CronJobEdit }; result: CronJobView };
  'cron.remove': { params: { readonly id: string }; result: null };
  /** Now, whatever its schedule says; the run goes on after the answer. */
  'cron.run': { params: { readonly id: string }; result: CronRunAnswer };
  'cron.runs': { params: CronRunQuery; result: CronRunPage };
  /** Puts the secret that signs webhooks on the clipboard, for whoever receives them; made when there is none. */
  'cron.copySecret': { params: undefined; result: { readonly clearsAt: number } };
  'settings.get': { params: undefined; result: SettingsView };
  /** Refused as a whole, with the field named, when any value is bad. The auth mode has a call of its own. */
  'settings.update': { params: SettingsPatch; result: SettingsView };
  'app.info': { params: undefined; result: AppInfo };
  'app.copyAddress': { params: undefined; result: null };
  'app.openDataFolder': { params: undefined; result: null };
  /** Asks to quit; main shows what stops and may not quit. */
  'app.quit': { params: undefined; result: null };
}

export interface IpcEvents {
  /** Coalesced to at most 10 a second; carries `seq`. */
  'status.changed': StatusSnapshot;
  /** Newest last; at most 200 per push, the rest is to be queried. */
  'authLog.appended': readonly AuthEvent[];
  /** The whole view as it is now; coalesced like the status. */
  'devices.changed': DevicesView;
  /** What happened to jobs, oldest first; null when it was too much to list: ask again. */
  'cron.changed': readonly CronEvent[] | null;
  /** As they are now, coalesced like the status; carries `seq`. */
  'settings.changed': SettingsView;
  /** Messages came in or went out, up to this number; what they are is to be queried. Coalesced like the status. */
  'messages.changed': { readonly seq: number };
  /** The tray or a menu asks the window to show a page. */
  navigate: PageId;
}

export type IpcCallName = keyof IpcCalls;
export type IpcEventName = keyof IpcEvents;

export interface IpcError {
  /** Closed enough to translate: a reason code such as `storage_full`, `invalid_params`, `not_trusted`. */
  readonly code: string;
  /** English, for logs and as the last resort in the panel. */
  readonly message: string;
  /** The settings or form field at fault, dotted. */
  readonly field?: string;
  /** Where a vendor was asked: what it said no with. */
  readonly failure?: VendorFailure;
}

export type IpcReply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: IpcError };

/** What preload exposes as `window.gatehouse`. */
export interface GatehouseBridge {
  call<K extends IpcCallName>(
    name: K,
    params?: IpcCalls[K]['params'],
  ): Promise<IpcReply<IpcCalls[K]['result']>>;
  /** Returns the function that unsubscribes. */
  on<K extends IpcEventName>(name: K, listener: (payload: IpcEvents[K]) => void): () => void;
}

// The name lists and the maps must be the same set; either difference is a compile error here.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type AssertTrue<T extends true> = T;
export type CallNamesMatch = AssertTrue<Same<(typeof IPC_CALL_NAMES)[number], IpcCallName>>;
export type EventNamesMatch = AssertTrue<Same<(typeof IPC_EVENT_NAMES)[number], IpcEventName>>;
