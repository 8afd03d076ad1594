// Logins by QR code that are going on: one per channel, each at most 8 minutes, its code renewed when it expires. Owned
// by channel-manager; the vendor's part is the adapter's `login`. Must never hand out a secret: those go to `commit` only.

import { assertNever } from '../../../shared/assert-never';
import type { LoginStart, LoginView, OpenLogin } from '../../../shared/ipc/channels';
import type { Clock } from '../lib/clock';
import { type Disposable, DisposableStore } from '../lib/disposable';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import { err, ok, type Result } from '../lib/result';
import type { Secret } from '../lib/secret';
import type { ChannelAdapter, EpochFailure, Login, LoginStep } from './channel-adapter';
import type { ChannelNet } from './net/channel-net';

const LIFE_MS = 480_000;
const MAX_RENEWALS = 3;

export type ConnectedStep = Extract<LoginStep, { readonly state: 'connected' }>;

export interface LoginTarget {
  readonly channel: string;
  /** The account that shall be logged in; a new one named by the vendor when absent. */
  readonly accountId?: string;
}

export interface LoginSessionsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly net: ChannelNet;
  adapterOf(channel: string): Pick<ChannelAdapter, 'login'> | undefined;
  /** `endpoints` as configured; `knownSecrets`: of the channel's accounts, newest first. */
  contextOf(target: LoginTarget): {
    readonly endpoints: Readonly<Record<string, string>>;
    readonly knownSecrets: readonly Secret[];
  };
  /**
   * The vendor has confirmed: keep the secrets, empty the account's store and put `stored` there (what it held belongs
   * to another login), write the settings, start the account. `ok` brings the account's id.
   */
  commit(step: ConnectedStep, target: LoginTarget): Promise<Result<string, EpochFailure>>;
}

export class LoginSessions {
  readonly #options: LoginSessionsOptions;
  /** The newest of each channel; it stays after its end, so that everybody who waits hears of it. */
  readonly #sessions = new Map<string, LoginSession>();

  constructor(options: LoginSessionsOptions) {
    this.#options = options;
  }

  /**
   * Joins a login of the same account that is going on, unless `force`; ends any other of that channel. Fails when the
   * channel has no login or the vendor gives no code.
   */
  start(request: LoginTarget & { readonly force?: boolean }): Promise<Result<LoginStart, EpochFailure>> {
    const { channel, accountId, force = false } = request;
    const target: LoginTarget = { channel, ...(accountId === undefined ? {} : { accountId }) };
    const current = this.#sessions.get(channel);
    if (current?.isOpen === true && current.accountId === accountId && !force) return current.started;
    current?.cancel();
    const session = new LoginSession(target, this.#options);
    this.#sessions.set(channel, session);
    return session.started;
  }

  /**
   * Polls until there is news, the login ends, or `timeoutMs` is over. `code`: what the phone shows. News that come
   * between two calls are told by the next one.
   */
  async wait(request: {
    readonly sessionKey: string;
    readonly timeoutMs: number;
    readonly code?: string;
  }): Promise<LoginView> {
    const session = this.#find(request.sessionKey);
    return session === undefined ? NO_LOGIN : session.wait(request.timeoutMs, request.code);
  }

  cancel(sessionKey: string): void {
    this.#find(sessionKey)?.cancel();
  }

  /** Ends all of them. */
  stop(): void {
    for (const session of this.#sessions.values()) session.cancel();
  }

  #find(sessionKey: string): LoginSession | undefined {
    return [...this.#sessions.values()].find((session) => session.key === sessionKey);
  }
}

const NO_LOGIN = {
  state: 'failed',
  failure: { class: 'config', code: 'no_login', message: 'no login is going on; start one first' },
} as const satisfies LoginView;
const CANCELLED = {
  state: 'failed',
  failure: { class: 'config', code: 'cancelled', message: 'the login was cancelled' },
} as const satisfies LoginView;
const NO_QR_LOGIN: EpochFailure = {
  class: 'config',
  code: 'no_qr_login',
  message: 'this channel has no login by QR code',
};

class LoginSession {
  readonly key: string;
  readonly started: Promise<Result<LoginStart, EpochFailure>>;
  readonly #target: LoginTarget;
  readonly #options: LoginSessionsOptions;
  readonly #controller = new AbortController();
  readonly #life: Disposable;
  #login: Login | undefined;
  #view: LoginView | undefined;
  /** What the caller knows already. */
  #told: LoginView | undefined;
  #renewals = 0;
  /** Typed in and not yet sent. */
  #code: string | undefined;
  /** One poll at a time, whoever waits; it goes on when a caller's time is over. */
  #advancing: Promise<void> | undefined;
  /** From here on the login exists at the vendor: giving it up half way would lose it. */
  #isCommitting = false;

  constructor(target: LoginTarget, options: LoginSessionsOptions) {
    this.key = options.random.uuid();
    this.#target = target;
    this.#options = options;
    const late: LoginView = { state: 'expired', message: 'Nobody scanned and confirmed in time' };
    this.#life = options.clock.setTimeout(() => this.#giveUp(late), LIFE_MS);
    this.started = this.#start();
  }

  get accountId(): string | undefined {
    return this.#target.accountId;
  }

  get isOpen(): boolean {
    return !this.#controller.signal.aborted;
  }

  cancel(): void {
    this.#giveUp(CANCELLED);
  }

  async wait(timeoutMs: number, code: string | undefined): Promise<LoginView> {
    await this.started;
    this.#code = code ?? this.#code;
    let isLate = false;
    const ended = new DisposableStore();
    const interrupted = new Promise<void>((resolve) => {
      ended.add(
        this.#options.clock.setTimeout(() => {
          isLate = true;
          resolve();
        }, timeoutMs),
      );
      const { signal } = this.#controller;
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort, { once: true });
      ended.addFn(() => signal.removeEventListener('abort', onAbort));
    });
    // Kept here: another caller may be told the same news a moment earlier.
    const told = this.#told;
    while (this.isOpen && !isLate && (this.#code !== undefined || this.#view === told)) {
      await Promise.race([this.#advance(), interrupted]);
    }
    ended.dispose();
    this.#told = this.#view;
    return this.#view ?? NO_LOGIN;
  }

  async #start(): Promise<Result<LoginStart, EpochFailure>> {
    await this.#askForCode();
    const view = this.#view;
    this.#told = view;
    if (view === undefined || !('qrText' in view)) {
      return err(view?.state === 'failed' ? view.failure : NO_LOGIN.failure);
    }
    return ok({ sessionKey: this.key, qrText: view.qrText, expiresAt: view.expiresAt });
  }

  async #askForCode(renewed?: 'expired' | 'blocked'): Promise<void> {
    const { adapterOf, clock, contextOf, net, random } = this.#options;
    const { signal } = this.#controller;
    const answer = await this.#contain(async () => {
      const adapter = adapterOf(this.#target.channel);
      if (adapter?.login === undefined) return err(NO_QR_LOGIN);
      return adapter.login({ signal, clock, random, net, ...contextOf(this.#target) });
    }, err);
    if (!this.isOpen) return;
    if (!answer.ok) return this.#end({ state: 'failed', failure: answer.error });
    this.#login = answer.value;
    this.#show('wait', renewed === undefined ? {} : { renewed });
  }

  #advance(): Promise<void> {
    this.#advancing ??= this.#step().finally(() => {
      this.#advancing = undefined;
    });
    return this.#advancing;
  }

  async #step(): Promise<void> {
    const login = this.#login;
    if (login === undefined) return;
    const code = this.#code;
    this.#code = undefined;
    const step = await this.#contain(
      () => login.next(code),
      (failure): LoginStep => ({ state: 'failed', failure }),
    );
    if (!this.isOpen) return;
    switch (step.state) {
      case 'wait':
      case 'scanned':
      case 'confirm':
        return this.#show(step.state);
      case 'need-code':
        return this.#show(step.state, code === undefined ? {} : { codeRefused: true });
      case 'expired':
      case 'blocked':
        if (this.#renewals >= MAX_RENEWALS) return this.#end(step);
        this.#renewals += 1;
        return this.#askForCode(step.state);
      case 'failed':
      case 'already-linked':
        return this.#end(step);
      case 'connected':
        return this.#commit(step);
      default:
        return assertNever(step);
    }
  }

  async #commit(step: ConnectedStep): Promise<void> {
    this.#isCommitting = true;
    const done = await this.#contain(() => this.#options.commit(step, this.#target), err);
    if (!done.ok) return this.#end({ state: 'failed', failure: done.error });
    const identity = step.identity === undefined ? {} : { identity: step.identity };
    this.#end({ state: 'connected', accountId: done.value, ...identity });
  }

  /** The same view stays when nothing is new: `wait` tells news by it. */
  #show(state: OpenLogin['state'], news: Pick<OpenLogin, 'renewed' | 'codeRefused'> = {}): void {
    const login = this.#login;
    if (login === undefined) return;
    const { qrText, expiresAt } = login;
    const same = this.#view?.state === state && 'qrText' in this.#view && this.#view.qrText === qrText;
    if (!same || news.codeRefused === true) this.#view = { state, qrText, expiresAt, ...news };
  }

  #giveUp(view: LoginView): void {
    if (!this.#isCommitting) this.#end(view);
  }

  #end(view: LoginView): void {
    if (!this.isOpen) return;
    this.#view = view;
    this.#life.dispose();
    this.#controller.abort();
  }

  /** What an adapter or a store throws ends this login and nothing else. */
  async #contain<T>(act: () => Promise<T>, failed: (failure: EpochFailure) => T): Promise<T> {
    try {
      return await act();
    } catch (error) {
      this.#options.logger.error('channel.login-threw', { channel: this.#target.channel, error });
      return failed({
        class: 'protocol',
        code: 'threw',
        message: 'the login failed inside Gatehouse; the log says why',
      });
    }
  }
}
