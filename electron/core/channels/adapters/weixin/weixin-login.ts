// A login to WeChat by QR code: the vendor's states, one poll per `next` (reference/channels section 6 (b)). Called
// through weixin-adapter by login-sessions, which owns renewals and the end of the attempt.

import { delay } from '../../../lib/clock';
import { cleanForeignText } from '../../../lib/foreign-text';
import { err, ok, type Result } from '../../../lib/result';
import { Secret } from '../../../lib/secret';
import type { EpochFailure, Login, LoginContext, LoginStep } from '../../channel-adapter';
import type { JsonObject } from '../../net/failures';
import { followable } from '../../net/followable';
import { IlinkClient, malformed, VENDOR } from './ilink-client';
import { LOGIN_BASE, VENDOR_DOMAINS } from './weixin-endpoints';

const BOT_TYPE = '3';
const MAX_KNOWN_TOKENS = 10;
const QR_TIMEOUT_MS = 15_000;
const QR_LIFE_MS = 300_000;
/** The server holds a poll for 35 s. */
const POLL_TIMEOUT_MS = 40_000;
const POLL_PAUSE_MS = 1_000;
/** A phone's hotspot may blink; more in a row is an outage that a person should see. */
const MAX_NETWORK_FAILURES = 5;
/** Longer ones do not fit a QR code. */
const MAX_QR_CHARS = 2_000;
/** Of a token, an id or an address. */
const MAX_TEXT_CHARS = 4_096;
const CODE = /^[0-9]{1,12}$/;
const ACCOUNT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Asks for a QR code. `knownSecrets`: newest first; the server is shown ten of them, to recognise this installation. */
export async function startLogin(context: LoginContext): Promise<Result<Login, EpochFailure>> {
  const base = context.endpoints.login ?? LOGIN_BASE;
  const { net, random, signal } = context;
  const answer = await new IlinkClient({ net, random, baseUrl: base }).post(
    `ilink/bot/get_bot_qrcode?bot_type=${BOT_TYPE}`,
    { local_token_list: context.knownSecrets.slice(0, MAX_KNOWN_TOKENS).map((secret) => secret.expose()) },
    { signal, timeoutMs: QR_TIMEOUT_MS },
  );
  if (!answer.ok) return answer;
  const { qrcode, qrcode_img_content: qrText } = answer.value;
  if (!isText(qrcode) || !isText(qrText) || qrText.length > MAX_QR_CHARS) {
    return err(malformed('a QR code that cannot be drawn'));
  }
  return ok(new WeixinLogin({ context, base, qrcode, qrText }));
}

interface WeixinLoginOptions {
  readonly context: LoginContext;
  /** Where the login began: what the server names must belong to it or to the vendor. */
  readonly base: string;
  readonly qrcode: string;
  readonly qrText: string;
}

class WeixinLogin implements Login {
  readonly qrText: string;
  readonly expiresAt: number;
  readonly #options: WeixinLoginOptions;
  /** Monotonic. */
  readonly #deadlineMs: number;
  #polledAtMs = Number.NEGATIVE_INFINITY;
  #baseUrl: string;
  #shown: 'wait' | 'scanned' = 'wait';
  #wantsCode = false;
  /** Sent along until the server has judged it. */
  #code: string | undefined;
  #networkFailures = 0;

  constructor(options: WeixinLoginOptions) {
    const { clock } = options.context;
    this.#options = options;
    this.#baseUrl = options.base;
    this.qrText = options.qrText;
    this.expiresAt = clock.now() + QR_LIFE_MS;
    this.#deadlineMs = clock.monotonicMs() + QR_LIFE_MS;
  }

  async next(code?: string): Promise<LoginStep> {
    const { context, qrcode } = this.#options;
    const { clock, net, random, signal } = context;
    const pauseMs = this.#polledAtMs + POLL_PAUSE_MS - clock.monotonicMs();
    if (pauseMs > 0) await delay(clock, pauseMs, signal);
    const leftMs = this.#deadlineMs - clock.monotonicMs();
    if (leftMs <= 0) return expired();
    if (code !== undefined && CODE.test(code.trim())) this.#code = code.trim();
    if (this.#wantsCode && this.#code === undefined) {
      this.#polledAtMs = clock.monotonicMs();
      return { state: 'need-code' };
    }
    const answer = await new IlinkClient({ net, random, baseUrl: this.#baseUrl }).get(
      'ilink/bot/get_qrcode_status',
      { qrcode, ...(this.#code === undefined ? {} : { verify_code: this.#code }) },
      { signal, timeoutMs: Math.min(POLL_TIMEOUT_MS, leftMs) },
    );
    this.#polledAtMs = clock.monotonicMs();
    if (!answer.ok) return this.#withoutAnswer(answer.error);
    this.#networkFailures = 0;
    return this.#step(answer.value);
  }

  /** A poll that was held too long, or that a gateway on the way gave up, changes nothing. */
  #withoutAnswer(failure: EpochFailure): LoginStep {
    const passing = failure.code === 'timeout' || failure.class === 'server';
    if (!passing) this.#networkFailures += 1;
    const isOver = failure.class !== 'network' || this.#networkFailures >= MAX_NETWORK_FAILURES;
    if (!passing && (isOver || this.#options.context.signal.aborted)) return { state: 'failed', failure };
    return { state: this.#shown };
  }

  #step(answer: JsonObject): LoginStep {
    const { status } = answer;
    switch (status) {
      case 'wait':
        return this.#show('wait');
      case 'scaned':
        this.#wantsCode = false;
        this.#code = undefined;
        return this.#show('scanned');
      case 'need_verifycode':
        this.#wantsCode = true;
        this.#code = undefined;
        return { state: 'need-code' };
      case 'verify_code_blocked':
        return {
          state: 'blocked',
          message: `The number was wrong too often: ${VENDOR} has closed this QR code`,
        };
      case 'expired':
        return expired();
      case 'scaned_but_redirect':
        return this.#redirect(answer.redirect_host);
      case 'binded_redirect':
        return { state: 'already-linked' };
      case 'confirmed':
        return this.#confirmed(answer);
      default: {
        const word = typeof status === 'string' ? ` "${cleanForeignText(status, 32)}"` : '';
        return failed(malformed(`a login step that is not known${word}`));
      }
    }
  }

  #show(state: 'wait' | 'scanned'): LoginStep {
    this.#shown = state;
    return { state };
  }

  /** The account lives in another data centre; without a host the poll goes on where it is. */
  #redirect(host: unknown): LoginStep {
    const { base } = this.#options;
    if (host !== undefined && host !== '') {
      if (typeof host !== 'string') return failed(FOREIGN_HOST);
      // The host comes without a scheme; only on this machine it may be another than https.
      const target = `${new URL(base).protocol}//${host}`;
      if (!followable(target, base, VENDOR_DOMAINS)) return failed(FOREIGN_HOST);
      this.#baseUrl = new URL(target).origin;
    }
    return this.#show('scanned');
  }

  #confirmed(answer: JsonObject): LoginStep {
    const { base, context } = this.#options;
    const { bot_token: token, ilink_bot_id: botId, ilink_user_id: userId, baseurl: named } = answer;
    if (!isText(token) || !isText(botId)) return failed(malformed('a login without a token or an id'));
    const accountId = botId.toLowerCase().replace(/[@.]/g, '-');
    if (!ACCOUNT_ID.test(accountId)) return failed(malformed('a login with an id of another form'));
    const baseUrl = isText(named) ? named : this.#baseUrl;
    if (!followable(baseUrl, base, VENDOR_DOMAINS)) return failed(FOREIGN_HOST);
    return {
      state: 'connected',
      accountId,
      secrets: { token: new Secret(token) },
      stored: { baseUrl, botId, savedAt: context.clock.now(), ...(isText(userId) ? { userId } : {}) },
      identity: { id: botId },
    };
  }
}

const FOREIGN_HOST: EpochFailure = {
  class: 'protocol',
  code: 'foreign_host',
  message: `${VENDOR} named a server that is not ${VENDOR}'s; the login was not taken there`,
  fix: 'Check that nothing on this computer or network reads encrypted traffic, then log in again.',
};

function expired(): LoginStep {
  return { state: 'expired', message: 'The QR code has expired' };
}

function failed(failure: EpochFailure): LoginStep {
  return { state: 'failed', failure };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARS;
}
