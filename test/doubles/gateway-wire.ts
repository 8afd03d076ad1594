// The half that the doubles of QQ and Discord share: the gateway's frames, sessions and replay on a WebSocket, strict
// about order and content. Used inside those doubles only.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../electron/core/lib/clock';
import type { Fault } from './channel-double';
import type { DoubleRecord } from './double-record';

export type Json = Readonly<Record<string, unknown>>;

/** What a vendor says to an Identify or Resume: nothing when it is right, else a close code or Invalid Session. */
export type Verdict = undefined | number | 'invalid';

export interface GatewayWireOptions {
  readonly clock: Clock;
  readonly heartbeatIntervalMs: number;
  readonly record: DoubleRecord;
  /** One Identify in so many ms; 0: no limit. Counted by `clock`. */
  readonly identifyEveryMs: number;
  /** The path of the upgrade, with its query. */
  isPath(url: string): boolean;
  judgeToken(token: unknown): Verdict;
  judgeIdentify(d: Json): Verdict;
  /** READY without the session's id. */
  ready(session: WireSession): Json;
}

export interface WireSession {
  readonly id: string;
  readonly intents: number;
  seq: number;
  readonly events: { readonly t: string; readonly s: number; readonly d: unknown }[];
  socket: WebSocket | undefined;
}

/** What tests may do to the gateway of either vendor. */
export interface GatewayControls {
  /** Any event, to the session that is there or to the next. */
  event(t: string, d: unknown): void;
  /** A text frame as it is. */
  raw(text: string): Promise<void>;
  closeWith(code: number): Promise<void>;
  /** Op 9 on the link. */
  invalidate(resumable: boolean): Promise<void>;
  /** Op 1 on the link. */
  demandBeat(): Promise<void>;
  /** As if every session had timed out. */
  forgetSessions(): void;
  /** What the next Resume is answered with. */
  answerResumeWith(verdict: Verdict): void;
  budget(remaining: number, resetAfterMs: number): void;
  readonly identifies: number;
}

const FRAMES_PER_MINUTE = 120;
const NAMES: Readonly<Record<number, string>> = { 1: 'heartbeat', 2: 'identify', 6: 'resume' };

export const BROKEN = '{"op":0,"t":"MESSAGE_CREATE","d":{';

export class GatewayWire {
  readonly #options: GatewayWireOptions;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<WebSocket>();
  readonly #queue: { readonly t: string; readonly d: unknown }[] = [];
  readonly #frameTimes = new WeakMap<WebSocket, number[]>();
  /** Of the greeting or the last heartbeat, by `clock`. */
  readonly #beatAt = new WeakMap<WebSocket, number>();
  readonly #greeted = new WeakSet<WebSocket>();
  #sessions: WireSession[] = [];
  #nextResume: Verdict;
  #lastIdentifyAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  fault: Fault = 'none';
  limit = { total: 1_000, remaining: 1_000, reset_after: 86_400_000, max_concurrency: 1 };
  identifies = 0;

  constructor(options: GatewayWireOptions) {
    this.#options = options;
  }

  /** Sessions with an open socket. */
  get live(): readonly WireSession[] {
    return this.#sessions.filter(({ socket }) => socket !== undefined);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = request.url ?? '';
    this.#options.record.add({ via: 'http', name: `GET ${url}`, body: undefined });
    if (this.fault === 'hang') return;
    if (this.fault === 'server-error') {
      socket.end('HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/html\r\n\r\n<h1>500</h1>');
    } else if (!this.#options.isPath(url)) {
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    } else this.#server.handleUpgrade(request, socket, head, (opened) => this.#greet(opened));
  }

  /** To every session, and to those that resume later; to the next session when there is none. */
  dispatch(t: string, d: unknown): void {
    if (this.#sessions.length === 0) this.#queue.push({ t, d });
    for (const session of this.#sessions) this.#dispatchTo(session, t, d);
  }

  /** Says this to everybody who is connected, as it is. */
  shout(text: string): void {
    for (const socket of this.#sockets) socket.send(text);
  }

  controls(): GatewayControls {
    const wire = this;
    const link = () => this.#options.record.until(() => this.live[0]?.socket);
    const say = async (frame: Json) => (await link()).send(JSON.stringify(frame));
    return {
      event: (t, d) => this.dispatch(t, d),
      raw: async (text) => (await link()).send(text),
      closeWith: (code) => this.close(code),
      invalidate(resumable) {
        if (!resumable) wire.#detach();
        return say({ op: 9, d: resumable });
      },
      demandBeat: () => say({ op: 1, d: null }),
      forgetSessions: () => {
        this.#sessions = [];
      },
      answerResumeWith: (verdict) => {
        this.#nextResume = verdict;
      },
      budget: (remaining, reset_after) => {
        this.limit = { ...this.limit, remaining, reset_after };
      },
      get identifies() {
        return wire.identifies;
      },
    };
  }

  async cut(): Promise<void> {
    (await this.#link()).terminate();
  }

  async close(code: number): Promise<void> {
    const socket = await this.#link();
    // Let go of first: the client's echo of the code is no goodbye of its own.
    for (const session of this.#sessions) if (session.socket === socket) session.socket = undefined;
    socket.close(code);
    this.#options.record.changed();
  }

  async rotate(): Promise<void> {
    (await this.#link()).send(JSON.stringify({ op: 7, d: null }));
  }

  #link(): Promise<WebSocket> {
    return this.#options.record.until(() => this.live[0]?.socket);
  }

  #detach(): void {
    // The frame still has to leave on this socket.
    const sessions = this.#sessions;
    queueMicrotask(() => {
      this.#sessions = this.#sessions.filter((session) => !sessions.includes(session));
    });
  }

  get #isSilent(): boolean {
    return this.fault === 'mute' || this.fault === 'hang';
  }

  #greet(socket: WebSocket): void {
    this.#sockets.add(socket);
    this.#beatAt.set(socket, this.#options.clock.monotonicMs());
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#sockets.delete(socket);
      // A client that says goodbye ends its session.
      if (code === 1000 || code === 1001)
        this.#sessions = this.#sessions.filter((session) => session.socket !== socket);
      for (const session of this.#sessions) if (session.socket === socket) session.socket = undefined;
      this.#options.record.changed();
    });
    socket.on('message', (data, isBinary) => this.#onFrame(socket, String(data), isBinary));
    if (this.#isSilent) return;
    if (this.fault === 'malformed') {
      socket.send(BROKEN);
      return;
    }
    if (this.fault === 'huge') {
      socket.send(huge());
      return;
    }
    this.#greeted.add(socket);
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: this.#options.heartbeatIntervalMs } }));
  }

  #onFrame(socket: WebSocket, text: string, isBinary: boolean): void {
    const frame = isBinary ? undefined : parse(text);
    if (frame === undefined) {
      socket.close(4002, 'Error while decoding payload.');
      return;
    }
    const { op, d } = frame;
    this.#options.record.add({ via: 'ws', name: NAMES[Number(op)] ?? `op ${op}`, body: d });
    if (!this.#greeted.has(socket)) {
      socket.close(4003, 'Not greeted yet.');
      return;
    }
    if (this.#isSilent) return;
    if (this.#isFlood(socket)) {
      socket.close(4008, 'You are being rate limited.');
      return;
    }
    const session = this.#sessions.find((known) => known.socket === socket);
    if (op === 1) this.#beat(socket, session, d);
    else if (op !== 2 && op !== 6) socket.close(session === undefined ? 4003 : 4001);
    else if (session !== undefined) socket.close(4005);
    else if (op === 2) this.#identify(socket, asObject(d));
    else this.#resume(socket, asObject(d));
  }

  #beat(socket: WebSocket, session: WireSession | undefined, d: unknown): void {
    if (d !== null && !Number.isInteger(d)) {
      socket.close(4002);
      return;
    }
    if (session !== undefined && Number(d) > session.seq) {
      socket.close(4007);
      return;
    }
    this.#beatAt.set(socket, this.#options.clock.monotonicMs());
    socket.send(JSON.stringify({ op: 11 }));
  }

  #identify(socket: WebSocket, d: Json): void {
    const { clock, identifyEveryMs, judgeToken, judgeIdentify } = this.#options;
    this.identifies += 1;
    const isEarly = clock.monotonicMs() - this.#lastIdentifyAt < identifyEveryMs;
    this.#lastIdentifyAt = clock.monotonicMs();
    const verdict =
      this.limit.remaining <= 0 || isEarly ? 'invalid' : (judgeToken(d.token) ?? judgeIdentify(d));
    this.limit = { ...this.limit, remaining: Math.max(0, this.limit.remaining - 1) };
    if (verdict !== undefined) {
      this.#refuse(socket, verdict);
      return;
    }
    this.#count += 1;
    const session: WireSession = {
      id: `session-${this.#count}`,
      intents: Number(d.intents),
      seq: 0,
      events: [],
      socket,
    };
    this.#sessions.push(session);
    this.#dispatchTo(session, 'READY', { ...this.#options.ready(session), session_id: session.id });
    for (const { t, d: event } of this.#queue.splice(0)) this.#dispatchTo(session, t, event);
    this.#options.record.changed();
  }

  #resume(socket: WebSocket, { token, session_id: id, seq }: Json): void {
    const scripted = this.#nextResume;
    this.#nextResume = undefined;
    const session = this.#sessions.find((known) => known.id === id);
    if (typeof id !== 'string' || !Number.isInteger(seq)) {
      socket.close(4002);
      return;
    }
    const verdict =
      scripted ?? this.#options.judgeToken(token) ?? (session === undefined ? 'invalid' : undefined);
    if (verdict !== undefined || session === undefined) {
      this.#refuse(socket, verdict ?? 'invalid');
      return;
    }
    if (Number(seq) > session.seq) {
      socket.close(4007);
      return;
    }
    session.socket = socket;
    for (const event of session.events)
      if (event.s > Number(seq)) socket.send(JSON.stringify({ op: 0, ...event }));
    this.#dispatchTo(session, 'RESUMED', null);
    this.#options.record.changed();
  }

  #refuse(socket: WebSocket, verdict: number | 'invalid'): void {
    if (verdict === 'invalid') socket.send(JSON.stringify({ op: 9, d: false }));
    else socket.close(verdict);
  }

  #dispatchTo(session: WireSession, t: string, d: unknown): void {
    session.seq += 1;
    const event = { t, s: session.seq, d };
    if (t !== 'READY' && t !== 'RESUMED') session.events.push(event);
    if (this.#isSilent || session.socket === undefined) return;
    if (this.#isDead(session.socket)) {
      session.socket.close(4009, 'Session timed out.');
      session.socket = undefined;
    } else session.socket.send(JSON.stringify({ op: 0, ...event }));
  }

  /** Looked at when there is something to say: two heartbeats have not come. */
  #isDead(socket: WebSocket): boolean {
    const silentMs = this.#options.clock.monotonicMs() - (this.#beatAt.get(socket) ?? 0);
    return silentMs > 2 * this.#options.heartbeatIntervalMs;
  }

  #isFlood(socket: WebSocket): boolean {
    const now = this.#options.clock.monotonicMs();
    const times = (this.#frameTimes.get(socket) ?? []).filter((at) => at > now - 60_000);
    times.push(now);
    this.#frameTimes.set(socket, times);
    return times.length > FRAMES_PER_MINUTE;
  }
}

/** A frame larger than either adapter takes. */
export function huge(): string {
  return JSON.stringify({ op: 0, t: 'MESSAGE_CREATE', s: 1, d: { content: 'x'.repeat(5 * 1024 * 1024) } });
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'op' in value ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
