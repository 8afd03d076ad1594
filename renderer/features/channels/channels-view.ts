// Pure decisions about channels: which of the nine words an account gets, its shape and colour, what its proof
// says, and the roll-up that the strip and the Overview show. A word is only as good as its proof.

import type { ChannelAccountStatus, ChannelWord } from '../../../shared/model/channel';
import type { GatewayState } from '../../../shared/model/status';
import type { I18n } from '../../i18n/t';
import type { Shape, Tone } from '../../ui/status-mark';
import { foreignText } from '../auth-log/auth-log-view';

export const WORD_MARKS: Readonly<Record<ChannelWord, { readonly tone: Tone; readonly shape: Shape }>> = {
  connected: { tone: 'ok', shape: 'tick' },
  connecting: { tone: 'info', shape: 'ring' },
  degraded: { tone: 'warn', shape: 'triangle' },
  'action-needed': { tone: 'warn', shape: 'key' },
  retrying: { tone: 'warn', shape: 'retry' },
  disconnected: { tone: 'bad', shape: 'cross' },
  off: { tone: 'muted', shape: 'hollow' },
  'not-checked': { tone: 'muted', shape: 'dash' },
  unknown: { tone: 'muted', shape: 'question' },
};

/** Off is a choice and stays off; everything else cannot be known while the gateway is down. */
export function channelWord(status: ChannelAccountStatus, gateway: GatewayState): ChannelWord {
  if (!status.enabled || status.phase === 'disabled') return 'off';
  if (gateway !== 'listening') return 'unknown';
  switch (status.phase) {
    case 'unconfigured':
      return 'action-needed';
    case 'blocked':
      return 'action-needed';
    case 'backoff':
      return 'retrying';
    case 'starting':
    case 'authenticating':
    case 'connecting':
    case 'stopping':
      return 'connecting';
    case 'stopped':
      return 'disconnected';
    case 'ready':
      return readyWord(status);
  }
}

function readyWord(status: ChannelAccountStatus): ChannelWord {
  if (!status.configured) return 'action-needed';
  if (status.connected === false) return 'disconnected';
  if (!status.evidence) return 'not-checked';
  if (status.problems.length > 0 || status.probe?.ok === false) return 'degraded';
  return 'connected';
}

/** Words that ask for a person; the rest is fine, by choice, or not known. */
export function needsAttention(word: ChannelWord): boolean {
  return word === 'action-needed' || word === 'disconnected' || word === 'retrying' || word === 'degraded';
}

export interface ChannelTotals {
  /** Accounts that are switched on. */
  readonly total: number;
  readonly up: number;
  readonly attention: number;
  readonly unknown: number;
}

export function channelTotals(
  channels: readonly ChannelAccountStatus[],
  gateway: GatewayState,
): ChannelTotals {
  const words = channels.filter(isSetUp).map((status) => channelWord(status, gateway));
  return {
    total: words.filter((word) => word !== 'off').length,
    up: words.filter((word) => word === 'connected' || word === 'degraded').length,
    attention: words.filter(needsAttention).length,
    unknown: words.filter((word) => word === 'unknown').length,
  };
}

/** An account that nobody has set up yet is an offer, not a channel. */
export function isSetUp(status: ChannelAccountStatus): boolean {
  return (
    status.configured ||
    status.credentialSource === 'store' ||
    (status.enabled && status.phase !== 'unconfigured')
  );
}

export function channelTitle(status: ChannelAccountStatus): string {
  return foreignText(status.name ?? '').trim() || status.label;
}

/** The proof in one line, with its age; says plainly when there is none. */
export function evidenceText(
  status: ChannelAccountStatus,
  word: ChannelWord,
  i18n: I18n,
  now: number,
): string {
  const { t } = i18n;
  const seen = status.evidence && {
    what: foreignText(status.evidence.what),
    age: i18n.age(status.evidence.at, now),
  };
  switch (word) {
    case 'off':
      return t('evidence.off');
    case 'unknown':
      return seen ? t('evidence.unknown', seen) : t('evidence.unknownNever');
    case 'connecting':
      return t('evidence.connecting');
    case 'retrying': {
      const attempt = i18n.number(status.reconnectAttempts);
      return status.nextRetryAt === undefined
        ? t('evidence.retryNow', { attempt })
        : t('evidence.retry', { attempt, age: i18n.age(status.nextRetryAt, now) });
    }
    case 'action-needed':
    case 'disconnected':
      if (status.credentialSource === 'none') return t('evidence.noSecret');
      return foreignText(status.lastError?.message ?? status.problems[0] ?? '') || t('evidence.never');
    case 'not-checked':
      return t('evidence.notChecked');
    case 'connected':
    case 'degraded':
      return seen ? t('evidence.seen', seen) : t('evidence.never');
  }
}

/** A command that a person can paste, with a placeholder where the secret belongs. */
export function curlExample(url: string, text: string): string {
  const body = JSON.stringify({ conversation: 'demo', sender: 'curl', text });
  return [
    `curl -X POST '${url}' \\`,
    "  -H 'Authorization: Bearer YOUR_SECRET' \\",
    "  -H 'Content-Type: application/json' \\",
    `  -d '${body.replaceAll("'", "'\\''")}'`,
  ].join('\n');
}

/** `ws://127.0.0.1:18789` and a path give the address that a sender posts to; undefined while there is none. */
export function deliveryUrl(gatewayUrl: string | undefined, path: string | undefined): string | undefined {
  if (gatewayUrl === undefined || path === undefined) return undefined;
  return `${gatewayUrl.replace(/^ws/, 'http').replace(/\/+$/, '')}${path}`;
}
