// A gateway played by hand, without sockets: the engine's net in memory, a vendor of no particular kind, and what the
// engine sent. For the tests of the engine itself.

import { discordClosed, IDENTIFY_REFUSED } from '../../electron/core/channels/adapters/discord/close-codes';
import type { GatewayVendor } from '../../electron/core/channels/adapters/gateway-engine/gateway-vendor';
import { runGateway } from '../../electron/core/channels/adapters/gateway-engine/run-gateway';
import type { EpochEnd } from '../../electron/core/channels/channel-adapter';
import type { ChannelNet, SocketClose, SocketRequest } from '../../electron/core/channels/net/channel-net';
import { ok } from '../../electron/core/lib/result';
import { settle } from './fake-clock';
import { GatewayContext } from './gateway-epochs';

export interface StageFrame {
  readonly op: number;
  readonly d: unknown;
  /** Monotonic ms. */
  readonly at: number;
}

/** One socket, seen from the server. */
export class StageLink {
  readonly url: string;
  readonly sent: StageFrame[] = [];
  readonly #request: SocketRequest;
  readonly #onClosed: (close: SocketClose) => void;
  isOpen = true;
  /** Answers every heartbeat at once. */
  acks = true;

  constructor(request: SocketRequest, onClosed: (close: SocketClose) => void) {
    this.url = request.url;
    this.#request = request;
    this.#onClosed = onClosed;
    request.signal.addEventListener('abort', () => this.close(1000));
  }

  say(frame: unknown): void {
    this.raw(JSON.stringify(frame));
  }

  raw(text: string): void {
    if (this.isOpen) this.#request.onMessage(Buffer.from(text), false);
  }

  take(text: string, at: number): void {
    if (!this.isOpen) return;
    const frame = JSON.parse(text);
    this.sent.push({ ...frame, at });
    if (frame.op === 1 && this.acks) this.say({ op: 11 });
  }

  close(code: number): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#onClosed({ code, reason: '' });
  }

  ops(...ops: readonly number[]): readonly StageFrame[] {
    return this.sent.filter(({ op }) => ops.includes(op));
  }
}

export class GatewayStage {
  readonly links: StageLink[] = [];
  context: GatewayContext;
  end: Promise<EpochEnd>;
  ended: EpochEnd | undefined;
  readonly events: string[] = [];
  starts = 0;
  /** What the first message of a socket is, before the socket is handed over. */
  greeting: unknown;

  constructor(context = new GatewayContext()) {
    this.context = context;
    this.end = this.#run();
  }

  get link(): StageLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error('no link yet');
    return link;
  }

  /** The next epoch, on the same store and clock. */
  again(): void {
    this.context = new GatewayContext(this.context);
    this.ended = undefined;
    this.end = this.#run();
  }

  async pass(ms: number): Promise<void> {
    await this.context.clock.advanceAsync(ms);
    await settle();
  }

  #run(): Promise<EpochEnd> {
    const { context } = this;
    const net: ChannelNet = {
      http: () => Promise.reject(new Error('the stage has no HTTP')),
      connect: (request) => this.#connect(request),
    };
    const staged = new Proxy(context, {
      get: (target, key) => {
        if (key === 'net') return net;
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const end = runGateway(this.#vendor(context), staged);
    void end.then((value) => {
      this.ended = value;
    });
    return end;
  }

  async #connect(request: SocketRequest) {
    const { clock } = this.context;
    let onClosed: (close: SocketClose) => void = () => undefined;
    const closed = new Promise<SocketClose>((resolve) => {
      onClosed = resolve;
    });
    const link = new StageLink(request, onClosed);
    this.links.push(link);
    if (this.greeting !== undefined) link.say(this.greeting);
    return ok({
      closed,
      send: (data: string | Uint8Array) => link.take(String(data), clock.monotonicMs()),
      ping: () => undefined,
      close: (code?: number) => link.close(code ?? 1005),
    });
  }

  #vendor(context: GatewayContext): GatewayVendor {
    return {
      who: 'Vendor',
      owner: 'stage',
      wantedIntents: 1,
      sessionReserve: 0,
      maxFrameBytes: 1024,
      identifyRefused: IDENTIFY_REFUSED,
      token: async () => ok('token'),
      gateway: async () => ok({ url: 'wss://gateway.test', intents: [1] }),
      followable: (url) => url.startsWith('wss://') && url.includes('gateway.test'),
      socketUrl: (url) => url,
      identify: (token, intents) => ({ token, intents }),
      closed: discordClosed,
      started: ({ type }) => {
        this.starts += 1;
        context.ready({ mode: 'websocket', evidence: type });
      },
      event: (type) => {
        this.events.push(type);
        return 'taken';
      },
    };
  }
}
