// Pure decisions about channels: shape and colour of core's nine words, what an account's proof says in one line,
// and the roll-up that the strip and the Overview show. Never judges a channel itself: core has chosen the word.

import type { VendorFailure } from '../../../shared/ipc/channels';
import type { ChannelAccountStatus, ChannelWord } from '../../../shared/model/channel';
import type { MessageKey } from '../../i18n/catalogue';
import { coreText } from '../../i18n/core-text';
import { type I18n, isDue } from '../../i18n/t';
import { foreignText } from '../../ui/foreign-text';
import type { Shape, Tone } from '../../ui/status-mark';

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

export function channelTotals(channels: readonly ChannelAccountStatus[]): ChannelTotals {
  const words = channels.map((status) => status.word);
  return {
    total: words.filter((word) => word !== 'off').length,
    up: words.filter((word) => word === 'connected' || word === 'degraded').length,
    attention: words.filter(needsAttention).length,
    unknown: words.filter((word) => word === 'unknown').length,
  };
}

/** A text of the catalogue by a key that is put together from a channel's table; undefined when there is none. */
export function textAt(key: string, { language }: I18n): string | undefined {
  const known: unknown = Object.hasOwn(language.messages, key) && language.messages[key as MessageKey];
  return typeof known === 'string' ? known : undefined;
}

/** What people call the channel; `label` for one that this page does not know. */
export function kindName(channel: string, label: string, i18n: I18n): string {
  return textAt(`kind.${channel}.name`, i18n) ?? foreignText(label);
}

export function channelTitle(status: ChannelAccountStatus, i18n: I18n): string {
  return foreignText(status.name ?? '').trim() || kindName(status.channel, status.label, i18n);
}

/** Beside the title: what tells accounts apart that it does not. Empty for a channel's only, unnamed account. */
export function accountPlace(status: ChannelAccountStatus, i18n: I18n): string {
  const { channel, label, accountId } = status;
  const kind = kindName(channel, label, i18n);
  return [kind === channelTitle(status, i18n) ? '' : kind, accountId === 'default' ? '' : accountId]
    .filter((part) => part !== '')
    .join(' · ');
}

/** The proof in one line, with its age; says plainly when there is none, and what stands in its way. */
export function evidenceText(status: ChannelAccountStatus, i18n: I18n, now: number): string {
  const { t } = i18n;
  const seen = status.evidence && {
    what: coreText(status.evidence.what, i18n),
    age: i18n.age(status.evidence.at, now),
  };
  switch (status.word) {
    case 'off':
      return t(status.enabled ? 'evidence.stopped' : 'evidence.off');
    case 'unknown':
      return seen ? t('evidence.unknown', seen) : t('evidence.unknownNever');
    case 'connecting':
      return textAt(`evidence.connecting.${status.channel}`, i18n) ?? t('evidence.connecting');
    case 'retrying': {
      const attempt = i18n.number(status.reconnectAttempts);
      return status.nextRetryAt === undefined || isDue(status.nextRetryAt, now)
        ? t('evidence.retryNow', { attempt })
        : t('evidence.retry', { attempt, age: i18n.age(status.nextRetryAt, now) });
    }
    case 'action-needed':
    case 'disconnected':
      return trouble(status, i18n, now) ?? t('evidence.never');
    case 'degraded':
      return trouble(status, i18n, now) ?? (seen ? t('evidence.seen', seen) : t('evidence.never'));
    case 'not-checked':
      return t('evidence.notChecked');
    case 'connected':
      return seen ? t('evidence.seen', seen) : t('evidence.never');
  }
}

function trouble(status: ChannelAccountStatus, i18n: I18n, now: number): string | undefined {
  const problem = status.problems[0];
  if (problem !== undefined) return coreText(problem, i18n);
  const failure =
    status.word === 'degraded' ? (status.warnings.at(-1) ?? status.lastError) : status.lastError;
  if (!failure) return undefined;
  return i18n.t('evidence.seen', {
    what: failureText(failure, i18n).what,
    age: i18n.age(failure.at, now),
  });
}

export interface FailureText {
  /** The kind of failure, in this language. */
  readonly what: string;
  /** As the vendor, or core about it, put it. */
  readonly why: string | undefined;
  readonly fix: string | undefined;
}

/** What happened, why, and what to do. */
export function failureText(failure: VendorFailure, i18n: I18n): FailureText {
  const { class: failureClass, message, fix } = failure;
  return {
    what: failureClass === undefined ? i18n.t('form.noAnswer') : i18n.language.failures[failureClass],
    why: coreText(message, i18n) || undefined,
    fix: fix === undefined ? undefined : coreText(fix, i18n),
  };
}

/** Commands that a person can paste, with a placeholder where the secret belongs. */
export function curlExample(
  url: string,
  text: string,
  signature: 'bearer' | 'hmac-sha256' = 'bearer',
): string {
  const body = quoted(JSON.stringify({ conversation: 'demo', sender: 'curl', text }));
  const type = "  -H 'Content-Type: application/json' \\";
  if (signature === 'bearer') {
    return [
      'curl -X POST \\',
      `  '${url}' \\`,
      "  -H 'Authorization: Bearer YOUR_SECRET' \\",
      type,
      `  -d ${body}`,
    ].join('\n');
  }
  return [
    `BODY=${body}`,
    'TIME=$(date +%s)',
    'SIGNATURE=$(printf %s "$TIME.$BODY" |',
    "  openssl dgst -sha256 -hmac 'YOUR_SECRET' | sed 's/.* //')",
    'curl -X POST \\',
    `  '${url}' \\`,
    '  -H "X-Timestamp: $TIME" \\',
    '  -H "X-Signature-256: sha256=$SIGNATURE" \\',
    type,
    '  -d "$BODY"',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `ws://127.0.0.1:18789` and a path give the address that a sender posts to; undefined while there is none. */
export function deliveryUrl(gatewayUrl: string | undefined, path: string | undefined): string | undefined {
  if (gatewayUrl === undefined || path === undefined) return undefined;
  return `${gatewayUrl.replace(/^ws/, 'http').replace(/\/+$/, '')}${path}`;
}
