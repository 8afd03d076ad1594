// `web.login.start` and `web.login.wait` (protocol section 5.2): a login by QR code, as clients without this panel
// follow it. Unlike upstream an account that runs is stopped only when the new login has been confirmed: a code that
// nobody scans must not cost a working channel.

import type { LoginView } from '../../../../shared/ipc/channels';
import { CHANNEL_KINDS } from '../../../../shared/model/channel-kinds';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { webLoginMethods } from '../../../../shared/protocol/methods/channels';
import type { ChannelManager } from '../../channels/channel-manager';
import type { LoginSessions } from '../../channels/login-sessions';
import type { Clock } from '../../lib/clock';
import { delay } from '../../lib/clock';
import { cleanForeignText } from '../../lib/foreign-text';
import { err, ok, type Result } from '../../lib/result';
import { LIMITS } from '../limits';
import type { MethodHandlers } from './method-registry';
import { qrImage } from './qr-image';

/** The answer has to leave before the request's own deadline. */
const MAX_WAIT_MS = LIMITS.requestMs - 1_000;

export interface WebLoginDeps {
  readonly channels: Pick<ChannelManager, 'metas'>;
  readonly logins: Pick<LoginSessions, 'start' | 'wait'>;
  readonly clock: Clock;
}

interface Started {
  readonly sessionKey: string;
  readonly accountId: string | undefined;
}

export function webLoginHandlers({
  channels,
  logins,
  clock,
}: WebLoginDeps): Pick<MethodHandlers, keyof typeof webLoginMethods> {
  /** By channel, for clients that keep no key. */
  const newest = new Map<string, Started>();
  return {
    'web.login.start': async (params) => {
      const channel = channelFor(params?.channel, channels);
      if (!channel.ok) return channel;
      const accountId = params?.accountId?.trim() || undefined;
      const request = { channel: channel.value, force: params?.force === true };
      const asked = logins.start({ ...request, ...(accountId === undefined ? {} : { accountId }) });
      const started = await within(clock, waitMs(params?.timeoutMs), asked);
      if (started === undefined) return err(unavailable('no QR code came in time: try again'));
      if (!started.ok) return err(unavailable(withFix(started.error)));
      const { sessionKey, qrText } = started.value;
      newest.set(channel.value, { sessionKey, accountId });
      const qrDataUrl = await qrImage(qrText);
      if (qrDataUrl === undefined) return err(unavailable('the QR code cannot be drawn'));
      return ok({ connected: false, message: WORDS.wait, qrDataUrl, sessionKey });
    },
    'web.login.wait': async (params) => {
      const channel = channelFor(params?.channel, channels);
      if (!channel.ok) return channel;
      const accountId = params?.accountId?.trim() || undefined;
      const known = newest.get(channel.value);
      const isKnown = accountId === undefined || known?.accountId === accountId;
      const sessionKey = params?.sessionKey ?? (isKnown ? known?.sessionKey : undefined);
      if (sessionKey === undefined)
        return ok({ connected: false, message: 'no login is going on; start one first' });
      const view = await logins.wait({ sessionKey, timeoutMs: waitMs(params?.timeoutMs) });
      const message = wordsFor(view);
      if (!('qrText' in view)) return ok({ connected: isLinked(view), message });
      const qrDataUrl = await qrImage(view.qrText);
      const isNew = qrDataUrl !== undefined && qrDataUrl !== params?.currentQrDataUrl;
      return ok({ connected: false, message, ...(isNew ? { qrDataUrl } : {}) });
    },
  };
}

/** The named channel, or the first that is logged in by QR code. */
function channelFor(
  named: string | undefined,
  { metas }: WebLoginDeps['channels'],
): Result<string, WireError> {
  const wanted = named?.trim().toLowerCase();
  const channel = metas
    .map(({ id }) => id)
    .find((id) => (wanted === undefined ? hasLogin(id) : id === wanted));
  if (channel === undefined) return err(invalidRequest('web login provider is not available'));
  return hasLogin(channel)
    ? ok(channel)
    : err(invalidRequest(`web login is not supported by provider ${channel}`));
}

function hasLogin(channel: string): boolean {
  return CHANNEL_KINDS.some(({ id, setUp }) => id === channel && setUp === 'qr');
}

const WORDS = {
  wait: 'Scan the QR code with the phone.',
  scanned: 'Scanned. Confirm the login on the phone.',
  confirm: 'Confirm the login on the phone.',
  'need-code': 'The phone shows a number. Type it in on the Channels page of Gatehouse.',
} as const;

function wordsFor(view: LoginView): string {
  switch (view.state) {
    case 'wait':
    case 'scanned':
    case 'confirm':
      return view.renewed === undefined
        ? WORDS[view.state]
        : `The QR code is a new one. ${WORDS[view.state]}`;
    case 'need-code':
      return view.codeRefused === true ? `That was not the number. ${WORDS[view.state]}` : WORDS[view.state];
    case 'expired':
    case 'blocked':
      return cleanForeignText(view.message);
    case 'failed':
      return withFix(view.failure);
    case 'already-linked':
      return 'This account is logged in here already; nothing has changed.';
    case 'connected':
      return `Logged in as the account ${view.accountId}.`;
  }
}

/** Upstream calls a login that finds itself done already a success, too. */
function isLinked({ state }: LoginView): boolean {
  return state === 'connected' || state === 'already-linked';
}

function withFix({ message, fix }: { readonly message: string; readonly fix?: string }): string {
  return cleanForeignText(fix === undefined ? message : `${message}. ${fix}`);
}

function unavailable(message: string): WireError {
  return { code: 'UNAVAILABLE', message, retryable: true };
}

function waitMs(asked: number | undefined): number {
  return Math.min(MAX_WAIT_MS, asked ?? MAX_WAIT_MS);
}

/** Undefined when the time is over first; the work goes on. */
async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const late = delay(clock, ms, done.signal).then(() => undefined);
  const first = await Promise.race([work, late]);
  done.abort();
  return first;
}
