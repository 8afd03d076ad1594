// Pure decisions about channels: shape and colour of core's nine words, what an account's proof says in one line,
// and the roll-up that the strip and the Overview show. Never judges a channel itself: core has chosen the word.

import type { ChannelAccountStatus, ChannelWord } from '../../../shared/model/channel';
import type { MessageKey, PluralForms } from '../../i18n/catalogue';
import type { I18n } from '../../i18n/t';
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
  const words = channels.filter(isSetUp).map((status) => status.word);
  return {
    total: words.filter((word) => word !== 'off').length,
    up: words.filter((word) => word === 'connected' || word === 'degraded').length,
    attention: words.filter(needsAttention).length,
    unknown: words.filter((word) => word === 'unknown').length,
  };
}

/** An account that is off and has no secret is an offer to set one up, not a channel. */
export function isSetUp(status: ChannelAccountStatus): boolean {
  return status.configured || status.enabled;
}

export function channelTitle(status: ChannelAccountStatus): string {
  return foreignText(status.name ?? '').trim() || status.label;
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
      return t('evidence.connecting');
    case 'retrying': {
      const attempt = i18n.number(status.reconnectAttempts);
      return status.nextRetryAt === undefined
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
  const { lastError } = status;
  const problem = status.problems[0];
  if (problem !== undefined) return coreText(problem, i18n);
  if (!lastError) return undefined;
  return i18n.t('evidence.seen', {
    what: i18n.language.failures[lastError.class],
    age: i18n.age(lastError.at, now),
  });
}

/** Sentences that core writes in English and that this page can say in its own language. */
export const CORE_TEXTS: Readonly<Record<string, MessageKey>> = {
  'delivery accepted': 'core.deliveryAccepted',
  'This account has no secret yet: make one, then give it to the program that sends.': 'core.noSecret',
  'This proves only that the path is served, not that anybody can deliver to it.': 'core.probeNote',
  'the path is not served': 'core.pathNotServed',
};

/** Core's own sentence in this language where it is known, else as it came, cleaned. */
export function coreText(text: string, i18n: I18n): string {
  const key = Object.hasOwn(CORE_TEXTS, text) ? CORE_TEXTS[text] : undefined;
  const known: string | PluralForms | undefined = key && i18n.language.messages[key];
  return typeof known === 'string' ? known : foreignText(text);
}

/** A command that a person can paste, with a placeholder where the secret belongs. */
export function curlExample(url: string, text: string): string {
  const body = JSON.stringify({ conversation: 'demo', sender: 'curl', text });
  return [
    'curl -X POST \\',
    `  '${url}' \\`,
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
