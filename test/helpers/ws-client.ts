// A plain client of the wire for tests: sees every frame and the close, adds nothing of its own.

import { onTestFinished } from 'vitest';
import type { ClientOptions } from 'ws';
import { WebSocket } from 'ws';

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly event?: string;
  readonly ok?: boolean;
  readonly seq?: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly payload?: any;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details?: Record<string, unknown>;
    readonly retryable?: boolean;
    readonly retryAfterMs?: number;
  };
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export class TestClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closed>;
  readonly #waiting = new Set<() => void>();
  #nextId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()) as Frame);
      this.#wake();
    });
    socket.on('error', () => undefined);
    // Not events.once: that would reject on the error event that a refused upgrade brings.
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#wake();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  /** Resolves with the socket open; the challenge may still be on its way. */
  static async open(url: string, options: ClientOptions = {}): Promise<TestClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    const client = new TestClient(socket);
    onTestFinished(() => socket.terminate());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('unexpected-response', (_request, response) => {
        reject(Object.assign(new Error(`HTTP ${response.statusCode}`), { status: response.statusCode }));
      });
      socket.once('error', reject);
    });
    return client;
  }

  /** The first frame, past or future, that fits; rejects when the socket closes without one. */
  async frame(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`closed before the frame came; seen: ${JSON.stringify(this.frames)}`);
      }
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  challenge(): Promise<Frame> {
    return this.frame((frame) => frame.event === 'connect.challenge');
  }

  send(value: unknown): void {
    this.socket.send(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  }

  request(method: string, params?: unknown): Promise<Frame> {
    this.#nextId += 1;
    const id = `r${this.#nextId}`;
    this.send({ type: 'req', id, method, ...(params === undefined ? {} : { params }) });
    return this.frame((frame) => frame.id === id);
  }

  /** Waits for the challenge, then connects; resolves with the answer, good or bad. */
  async connect(params: Record<string, unknown> = connectParams()): Promise<Frame> {
    await this.challenge();
    return this.request('connect', params);
  }

  #wake(): void {
    for (const resolve of [...this.#waiting]) {
      this.#waiting.delete(resolve);
      resolve();
    }
  }
}

/** A backend helper's connect, as `gateway:<method>` callers send it. */
export function connectParams(
  overrides: { readonly token?: string | undefined; readonly [key: string]: unknown } = {},
): Record<string, unknown> {
  const { token, ...rest } = overrides;
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: {
      id: 'gateway-client',
      version: '2026.9.6',
      platform: 'linux',
      mode: 'backend',
      displayName: 'gateway:test',
    },
    caps: [],
    role: 'operator',
    scopes: ['operator.read'],
    ...(token === undefined ? {} : { auth: { token } }),
    ...rest,
  };
}

/** The status of a refused upgrade, or undefined when it was accepted. */
export async function upgradeStatus(url: string, options: ClientOptions = {}): Promise<number | undefined> {
  try {
    const client = await TestClient.open(url, options);
    client.socket.terminate();
    return undefined;
  } catch (error) {
    return (error as { status?: number }).status;
  }
}
