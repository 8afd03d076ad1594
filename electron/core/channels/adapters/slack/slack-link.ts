// One socket of Socket Mode: from the handshake to hello, then frames, acks and heartbeats until it ends. Opened by
// slack-session, which decides what follows an end. Never acks what was not handed over.

import type { Clock } from '../../../lib/clock';
import { DisposableStore } from '../../../lib/disposable';
import { err, ok, type Result } from '../../../lib/result';
import type { EpochEnd, EpochFailure } from '../../channel-adapter';
import type { ChannelNet, SocketClose, VendorSocket } from '../../net/channel-net';
import { refusedUpgrade } from '../../net/refused-upgrade';
import { LINK_DISABLED } from './slack-failures';
import { parseFrame, type SlackFrame } from './slack-frames';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const HELLO_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 10_000;
/** Slack pings several times in this span, and has two pings of ours to answer. */
const SILENCE_MS = 30_000;

export type SlackEnvelope = Extract<SlackFrame, { kind: 'envelope' }>;
export type SlackLinkEnd = Exclude<EpochEnd, { kind: 'aborted' }>;

export interface SlackLinkOptions {
  readonly net: ChannelNet;
  readonly clock: Clock;
  /** Ends the attempt and the link. */
  readonly signal: AbortSignal;
  /** With a ticket in it: good for one handshake, and for no text. */
  readonly url: string;
  /** False: not taken, so Slack shall deliver it again. */
  onEnvelope(envelope: SlackEnvelope): boolean;
  /** Resolves when Slack may be told that it was taken. */
  kept(): Promise<void>;
  onSignOfLife(evidence: string): void;
}

/** Resolves when Slack has said hello. */
export async function openSlackLink(options: SlackLinkOptions): Promise<Result<SlackLink, EpochFailure>> {
  const link = new SlackLink(options);
  const opened = await options.net.connect({
    url: options.url,
    signal: options.signal,
    timeoutMs: HANDSHAKE_TIMEOUT_MS,
    onMessage: (data, isBinary) => link.take(data, isBinary),
    onPing: () => link.isAlive('ping received'),
    onPong: () => link.isAlive('ping answered'),
  });
  if (!opened.ok) return err(refusedUpgrade(opened.error, 'Slack'));
  const early = await link.attach(opened.value);
  if (early === undefined) return ok(link);
  await link.close();
  if (early.kind === 'failed') return err(early.failure);
  return err({
    class: 'server',
    code: 'no_hello',
    message: `Slack ended the connection before its hello (${early.reason})`,
  });
}

export class SlackLink {
  readonly #options: SlackLinkOptions;
  readonly #timers = new DisposableStore();
  /** Frames right behind the handshake, before there is a socket to ack on. */
  readonly #early: (readonly [Buffer, boolean])[] = [];
  #socket: VendorSocket | undefined;
  #lastSignAt = 0;
  #isOver = false;
  #hasHello = false;
  #connections: number | undefined;
  #onHello: () => void = () => undefined;
  #onWarning: () => void = () => undefined;
  #onEnd: (end: SlackLinkEnd) => void = () => undefined;
  readonly #hello: Promise<void>;
  /** Slack has said that this socket ends in about ten seconds. */
  readonly warned: Promise<void>;
  #isWarned = false;
  /** Never rejects. */
  readonly end: Promise<SlackLinkEnd>;

  constructor(options: SlackLinkOptions) {
    this.#options = options;
    this.#hello = new Promise((resolve) => {
      this.#onHello = resolve;
    });
    this.warned = new Promise((resolve) => {
      this.#onWarning = resolve;
    });
    this.end = new Promise((resolve) => {
      this.#onEnd = (end) => {
        this.#isOver = true;
        this.#timers.dispose();
        resolve(end);
      };
    });
  }

  /** How many sockets of the app Slack counted at hello, this one included. */
  get connections(): number | undefined {
    return this.#connections;
  }

  /** Undefined when hello has come, else why it will not. */
  async attach(socket: VendorSocket): Promise<SlackLinkEnd | undefined> {
    const { clock } = this.#options;
    this.#socket = socket;
    this.#lastSignAt = clock.monotonicMs();
    void socket.closed.then((close) => this.#onEnd(this.#closeEnd(close)));
    const patience = clock.setTimeout(() => {
      const message = `Slack did not say hello within ${HELLO_TIMEOUT_MS / 1_000} s`;
      this.#fail({ class: 'network', code: 'no_hello', message });
    }, HELLO_TIMEOUT_MS);
    this.#timers.add(patience);
    this.#timers.add(clock.setInterval(() => this.#beat(), PING_EVERY_MS));
    for (const [data, isBinary] of this.#early.splice(0)) this.take(data, isBinary);
    const end = await Promise.race([this.#hello, this.end]);
    patience.dispose();
    return end ?? undefined;
  }

  take(data: Buffer, isBinary: boolean): void {
    if (this.#isOver) return;
    if (this.#socket === undefined) {
      this.#early.push([data, isBinary]);
      return;
    }
    const frame = parseFrame(data, isBinary);
    if (frame === undefined) {
      this.#fail({
        class: 'protocol',
        code: 'bad_frame',
        message: 'Slack sent something that is no frame of Socket Mode',
      });
      return;
    }
    this.isAlive('frame received');
    switch (frame.kind) {
      case 'hello':
        this.#hasHello = true;
        this.#connections = frame.connections;
        this.#onHello();
        return;
      case 'disconnect':
        this.#disconnect(frame.reason);
        return;
      case 'envelope':
        if (this.#options.onEnvelope(frame)) this.#ack(frame.id);
        return;
      case 'other':
        return;
    }
  }

  #ack(id: string): void {
    void this.#options.kept().then(() => this.#socket?.send(JSON.stringify({ envelope_id: id })));
  }

  isAlive(evidence: string): void {
    if (this.#isOver) return;
    this.#lastSignAt = this.#options.clock.monotonicMs();
    if (this.#hasHello) this.#options.onSignOfLife(evidence);
  }

  /** Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#socket?.close(1000);
    await this.#socket?.closed;
  }

  #disconnect(reason: string): void {
    if (reason === 'warning') {
      this.#isWarned = true;
      this.#onWarning();
    } else if (reason === 'link_disabled') this.#fail(LINK_DISABLED);
    // refresh_requested, and whatever comes to be: Slack closes now and wants us back.
    else this.#onEnd({ kind: 'rotate', reason: `Slack asked for a new connection (${plain(reason)})` });
  }

  #closeEnd({ code, failure }: SocketClose): SlackLinkEnd {
    if (this.#isWarned) return { kind: 'rotate', reason: 'Slack closed the connection as it had announced' };
    if (failure !== undefined) return { kind: 'failed', failure };
    return {
      kind: 'failed',
      failure:
        code === 1006
          ? { class: 'network', code, message: 'the connection to Slack was cut' }
          : { class: 'server', code, message: `Slack closed the connection (code ${code})` },
    };
  }

  #beat(): void {
    if (this.#options.clock.monotonicMs() - this.#lastSignAt < SILENCE_MS) {
      this.#socket?.ping();
      return;
    }
    const message = `Slack has been silent for ${SILENCE_MS / 1_000} s: neither its pings came nor answers to ours`;
    this.#fail({ class: 'network', code: 'silent', message });
  }

  #fail(failure: EpochFailure): void {
    this.#onEnd({ kind: 'failed', failure });
  }
}

function plain(reason: string): string {
  return /^[a-z_]{1,40}$/.test(reason) ? reason : 'other';
}
