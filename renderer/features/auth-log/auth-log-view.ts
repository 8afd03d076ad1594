// Pure decisions of the Auth log: which events a filter lets through, how an event is named in a list, which
// explanation fits it, and which of the four empty states applies. No React, no clock.

import type {
  AuthAttemptEvent,
  AuthClient,
  AuthEvent,
  AuthMergedEvent,
  AuthOutcome,
  RefusalReason,
  TokenChangedEvent,
} from '../../../shared/model/auth-event';
import type { GatewayState } from '../../../shared/model/status';
import type { I18n } from '../../i18n/t';
import { foreignText } from '../../ui/foreign-text';
import type { Tone } from '../../ui/status-mark';
import { isPairing, pairingFields } from './pairing-event-view';

export interface LogFilter {
  readonly outcome: AuthOutcome | 'all';
  readonly reason: RefusalReason | 'any';
  readonly text: string;
  /** Hides Gatehouse's own probe, which otherwise is most of the log. */
  readonly hideOwn: boolean;
}

export const NO_FILTER: LogFilter = { outcome: 'all', reason: 'any', text: '', hideOwn: true };

/** True when the reader narrowed the list; hiding the self-checks is the normal view, not a filter. */
export function isNarrowed(filter: LogFilter): boolean {
  return filter.outcome !== 'all' || filter.reason !== 'any' || filter.text.trim() !== '';
}

export function isAttempt(event: AuthEvent): event is AuthAttemptEvent | AuthMergedEvent {
  return event.event === 'auth.attempt' || event.event === 'auth.merged';
}

/** The same meaning as main's query (AuthLogQuery), for events that arrive live. */
export function matchesFilter(event: AuthEvent, filter: LogFilter): boolean {
  if (!isAttempt(event)) return matchesOther(event, filter);
  if (filter.hideOwn && event.internal) return false;
  if (filter.outcome !== 'all' && event.outcome !== filter.outcome) return false;
  if (filter.reason !== 'any' && event.reason !== filter.reason) return false;
  const needle = filter.text.trim().toLowerCase();
  return needle === '' || searchable(event).some((field) => field?.toLowerCase().includes(needle));
}

/** Events that are no attempts have no outcome and no reason; those of devices can be searched. */
function matchesOther(event: AuthEvent, { outcome, reason, text }: LogFilter): boolean {
  if (outcome !== 'all' || reason !== 'any') return false;
  const needle = text.trim().toLowerCase();
  if (needle === '') return true;
  return isPairing(event) && pairingFields(event).some((field) => field?.toLowerCase().includes(needle));
}

function searchable(event: AuthAttemptEvent | AuthMergedEvent): readonly (string | undefined)[] {
  const client = [event.client?.id, event.client?.displayName, event.client?.mode, event.client?.version];
  if (event.event === 'auth.merged') return [...client, event.reason];
  return [...client, event.reason, event.peer, event.origin, event.host, event.userAgent];
}

export function clientName(client: AuthClient | undefined, i18n: I18n): string {
  const name = foreignText(client?.displayName ?? '').trim() || foreignText(client?.id ?? '').trim();
  return name || i18n.t('log.noClient');
}

export function outcomeTone(event: AuthEvent): Tone {
  if (!isAttempt(event)) return event.event === 'log.gap' ? 'warn' : 'muted';
  if (event.outcome === 'accepted') return 'ok';
  return event.outcome === 'refused' ? 'bad' : 'warn';
}

/** The second line of a row: what happened, in a few words. */
export function eventSummary(event: AuthAttemptEvent | AuthMergedEvent, i18n: I18n): string {
  if (event.outcome === 'refused' && event.reason) {
    // A presented class that explains the mismatch says more than "wrong token".
    if (event.event === 'auth.attempt' && event.reason === 'token_mismatch') {
      const presented = i18n.language.presented[event.presentedAs];
      if (presented.cause && event.presentedAs !== 'unknown') return presented.label;
    }
    return reasonTitle(event.reason, i18n);
  }
  return i18n.t(`log.${event.outcome}`);
}

/** A reason that a newer main may send and this page does not know is shown as it is. */
export function reasonTitle(reason: string, i18n: I18n): string {
  const texts: Readonly<Record<string, { readonly title: string } | undefined>> = i18n.language.reasons;
  return Object.hasOwn(texts, reason) ? (texts[reason]?.title ?? reason) : reason;
}

export interface Explanation {
  readonly title: string;
  readonly cause: string;
  readonly fix?: string;
}

/** Why it ended as it did, and what to do. The presented class wins where it explains more than the reason. */
export function explainAttempt(event: AuthAttemptEvent | AuthMergedEvent, i18n: I18n): Explanation {
  const { t, language } = i18n;
  if (event.outcome === 'superseded') return { title: t('log.superseded'), cause: t('detail.superseded') };
  if (event.outcome === 'accepted') {
    if (event.internal) return { title: t('log.accepted'), cause: t('detail.ownAccepted') };
    const onGrace = event.event === 'auth.attempt' && event.presentedAs === 'grace';
    return { title: t('log.accepted'), cause: t(onGrace ? 'detail.acceptedGrace' : 'detail.accepted') };
  }
  const reason =
    event.reason && Object.hasOwn(language.reasons, event.reason)
      ? language.reasons[event.reason]
      : undefined;
  if (!reason) return { title: event.reason ?? t('log.refused'), cause: event.reason ?? t('common.unknown') };
  if (
    event.event === 'auth.attempt' &&
    (event.reason === 'token_mismatch' || event.reason === 'token_missing')
  ) {
    const presented = language.presented[event.presentedAs];
    return { title: reason.title, cause: presented.cause ?? reason.cause, fix: presented.fix ?? reason.fix };
  }
  return reason;
}

/**
 * True for the case of openclaw/openclaw#75898: a process of its own that introduces itself like an internal
 * client and takes its token from a stale variable.
 */
export function looksLikeCliProbe(event: AuthAttemptEvent | AuthMergedEvent): boolean {
  const aboutToken = event.reason === 'token_mismatch' || event.reason === 'token_missing';
  return !event.internal && aboutToken && /^gateway:/.test(event.client?.displayName ?? '');
}

export function tokenEventText(event: TokenChangedEvent, i18n: I18n): string {
  const leaked = event.event === 'token.rotated' && event.rotationReason === 'leaked';
  return i18n.t(`log.event.${leaked ? 'token.leaked' : event.event}`, { generation: event.generation });
}

export function whoText(by: string, i18n: I18n): string {
  if (by === 'panel' || by === 'cli' || by === 'device' || by === 'system') return i18n.t(`log.by.${by}`);
  return i18n.t('log.by.connection', { id: foreignText(by) });
}

export type EmptyKind = 'failed' | 'no-match' | 'good' | 'not-running' | 'nothing';

/** Why the list is empty. `good`: only refusals were asked for and there are none. */
export function emptyKind(phase: string, filter: LogFilter, gateway: GatewayState | undefined): EmptyKind {
  if (phase === 'failed') return 'failed';
  const onlyRefused = filter.outcome === 'refused' && filter.reason === 'any' && filter.text.trim() === '';
  if (isNarrowed(filter) && !onlyRefused) return 'no-match';
  if (gateway !== 'listening' && gateway !== 'starting') return 'not-running';
  return onlyRefused ? 'good' : 'nothing';
}

export interface RefusalGroup {
  readonly event: AuthAttemptEvent | AuthMergedEvent;
  readonly count: number;
}

/** Rolls repeats of one client and reason up; the newest of each stands for all, in order of the newest. */
export function groupRefusals(events: readonly AuthEvent[], limit: number): readonly RefusalGroup[] {
  const groups = new Map<string, { event: AuthAttemptEvent | AuthMergedEvent; count: number }>();
  for (const event of events) {
    if (!isAttempt(event) || event.outcome !== 'refused') continue;
    const key = JSON.stringify([event.client?.id, event.client?.displayName, event.reason]);
    const group = groups.get(key);
    const count = event.event === 'auth.merged' ? event.count : 1;
    if (!group) groups.set(key, { event, count });
    else {
      group.count += count;
      if (
        event.at > group.event.at ||
        (group.event.event === 'auth.merged' && event.event === 'auth.attempt')
      ) {
        group.event = event;
      }
    }
  }
  return [...groups.values()].sort((a, b) => b.event.at - a.event.at).slice(0, limit);
}
