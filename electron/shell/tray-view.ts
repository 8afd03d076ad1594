// What the tray shows for a status snapshot: icon, tooltip, menu. Pure; tray.ts draws it and does nothing else.
// Every foreign string is cleaned here, because menus and tooltips of the desktop interpret what they get.

import { assertNever } from '../../shared/assert-never';
import type { PageId } from '../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import type { PortOwner, StatusSnapshot } from '../../shared/model/status';
import { cleanForeignText } from '../core/lib/foreign-text';
import type { Locale } from './shell-texts';
import { channelTrouble, type TrayHealth, trayHealth } from './tray-health';
import { type TrayTexts, type TroubleCause, trayTexts } from './tray-texts';

/** Told apart by shape: no badge, triangle, cross, dash, ring. */
export type TrayIcon = 'fine' | 'attention' | 'error' | 'off' | 'checking';

export type TrayAction =
  | { readonly kind: 'open'; readonly page?: PageId }
  | { readonly kind: 'copy-address' }
  | { readonly kind: 'start' | 'stop' | 'restart' | 'probe' | 'quit' };

export type TrayMenuItem =
  | { readonly type: 'separator' }
  | { readonly type: 'item'; readonly label: string; readonly action: TrayAction };

export interface TrayView {
  readonly icon: TrayIcon;
  readonly tooltip: string;
  readonly menu: readonly TrayMenuItem[];
}

const MAX_CHANNELS = 5;
const MAX_NAME = 40;
const MAX_DETAIL = 80;
const SEPARATOR: TrayMenuItem = { type: 'separator' };

/** `now`: epoch ms. The view holds no relative times, so that it changes only when something did. */
export function trayView(snapshot: StatusSnapshot, locale: Locale, now: number): TrayView {
  const texts = trayTexts(locale);
  const health = trayHealth(snapshot, now);
  const line = statusLine(health, texts, locale);
  const { url } = snapshot.gateway;
  return {
    icon: iconOf(health),
    tooltip: url ? `Gatehouse – ${line}\n${url}` : `Gatehouse – ${line}`,
    menu: [
      item(line, { kind: 'open', page: pageOf(health) }),
      ...(url ? [item(texts.copyAddress(url), { kind: 'copy-address' })] : []),
      ...pairingItems(snapshot, health, texts),
      ...channelItems(snapshot, texts),
      SEPARATOR,
      ...gatewayItems(snapshot, health, texts),
      item(texts.openWindow, { kind: 'open' }),
      item(texts.openAuthLog, { kind: 'open', page: 'auth-log' }),
      item(texts.settings, { kind: 'open', page: 'settings' }),
      SEPARATOR,
      item(texts.quit, { kind: 'quit' }),
    ],
  };
}

function iconOf(health: TrayHealth): TrayIcon {
  switch (health.kind) {
    case 'fine':
      return 'fine';
    case 'stopped':
      return 'off';
    case 'locked':
    case 'port-taken':
    case 'failed':
    case 'check-failed':
      return 'error';
    case 'auth-log-unwritable':
    case 'pairing':
    case 'channels':
      return 'attention';
    case 'stopping':
    case 'starting':
    case 'credential-starting':
    case 'never-checked':
    case 'check-incomplete':
    case 'check-stale':
      return 'checking';
    default:
      return assertNever(health);
  }
}

/** The page that explains this state and offers the way out. */
function pageOf(health: TrayHealth): PageId {
  switch (health.kind) {
    case 'locked':
    case 'credential-starting':
    case 'pairing':
      return 'credentials';
    case 'check-failed':
      return health.fact === 'credential' || health.fact === 'scope' ? 'auth-log' : 'overview';
    case 'auth-log-unwritable':
      return 'auth-log';
    case 'channels':
      return 'channels';
    default:
      return 'overview';
  }
}

function statusLine(health: TrayHealth, texts: TrayTexts, locale: Locale): string {
  switch (health.kind) {
    case 'locked':
      return texts.locked(health.reason);
    case 'port-taken':
      return texts.portTaken(health.port, ownerText(health.owner, texts));
    case 'failed':
      return texts.failed(detail(health.error));
    case 'check-failed':
      return texts.checkFailed(health.fact, detail(health.error));
    case 'check-incomplete':
      return texts.checkIncomplete(health.fact);
    case 'check-stale':
      return texts.checkStale(clockTime(health.at, locale));
    case 'fine':
      return texts.fine(clockTime(health.provenAt, locale));
    case 'pairing':
      return texts.pairing(health.count);
    case 'channels':
      return texts.channels(health.count);
    case 'stopped':
      return texts.stopped;
    case 'stopping':
      return texts.stopping;
    case 'starting':
      return texts.starting;
    case 'credential-starting':
      return texts.credentialStarting;
    case 'never-checked':
      return texts.neverChecked;
    case 'auth-log-unwritable':
      return texts.authLogUnwritable;
    default:
      return assertNever(health);
  }
}

function ownerText(owner: PortOwner | undefined, texts: TrayTexts): string | undefined {
  if (!owner) return undefined;
  const known =
    owner.kind === 'gatehouse' || owner.kind === 'openclaw' ? texts.ownerKind(owner.kind) : undefined;
  const command = owner.command ? cleanForeignText(owner.command, MAX_NAME) : undefined;
  const process = owner.pid === undefined ? undefined : texts.process(owner.pid);
  const who = known ?? command ?? process;
  return who && process && who !== process ? `${who} (${process})` : who;
}

/** Whoever asked can still be answered while the gateway is down. Not said twice when the first line says it. */
function pairingItems(
  { pendingDevices }: StatusSnapshot,
  health: TrayHealth,
  texts: TrayTexts,
): readonly TrayMenuItem[] {
  if (pendingDevices === 0 || health.kind === 'pairing') return [];
  return [item(texts.pairing(pendingDevices), { kind: 'open', page: 'credentials' })];
}

/** While the gateway is down, nobody knows how the channels are: then none is named. */
function channelItems(snapshot: StatusSnapshot, texts: TrayTexts): readonly TrayMenuItem[] {
  if (snapshot.gateway.state !== 'listening') return [];
  const labels = snapshot.channels.flatMap((channel) => {
    const trouble = channelTrouble(channel);
    return trouble ? [texts.channel(channelName(channel), trouble, troubleCause(channel))] : [];
  });
  const rest = labels.length - MAX_CHANNELS;
  const shown = rest > 0 ? [...labels.slice(0, MAX_CHANNELS), texts.moreChannels(rest)] : labels;
  return shown.map((label) => item(label, { kind: 'open', page: 'channels' }));
}

/** Undefined where the word says it all. A login that ended is a credential that nobody can type in again. */
function troubleCause({
  word,
  configured,
  linked,
  lastError,
  warnings,
}: ChannelAccountStatus): TroubleCause | undefined {
  if (linked === false) return 'login';
  if (!configured) return 'setup';
  return (word === 'degraded' ? (warnings.at(-1) ?? lastError) : lastError)?.class;
}

function channelName(channel: ChannelAccountStatus): string {
  return `${cleanForeignText(channel.label, MAX_NAME)} (${cleanForeignText(channel.name ?? channel.accountId, MAX_NAME)})`;
}

/** Only what fits the state: a locked credential cannot be started, a gateway that stops cannot be stopped. */
function gatewayItems(
  snapshot: StatusSnapshot,
  health: TrayHealth,
  texts: TrayTexts,
): readonly TrayMenuItem[] {
  if (health.kind === 'locked') return [];
  switch (snapshot.gateway.state) {
    case 'stopped':
    case 'failed':
      return [item(texts.start, { kind: 'start' })];
    case 'listening':
      return [
        item(texts.checkNow, { kind: 'probe' }),
        item(texts.restart, { kind: 'restart' }),
        item(texts.stop, { kind: 'stop' }),
      ];
    case 'port-taken':
      return [item(texts.tryAgain, { kind: 'start' }), item(texts.stopTrying, { kind: 'stop' })];
    case 'starting':
      return [item(texts.stop, { kind: 'stop' })];
    case 'stopping':
    case 'locked':
      return [];
    default:
      return assertNever(snapshot.gateway.state);
  }
}

function item(label: string, action: TrayAction): TrayMenuItem {
  return { type: 'item', label, action };
}

function detail(error: string | undefined): string | undefined {
  return error ? cleanForeignText(error, MAX_DETAIL) : undefined;
}

function clockTime(at: number, locale: Locale): string {
  return new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}
