// Bounds for HTTP routes of channels: how much of a body is read and for how long, how many requests a minute,
// and the one way replies are written. Used by adapters that receive over HTTP.

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../lib/clock';

/** Too large bodies are read on and thrown away up to here, so that an honest sender still gets its 413. */
const MAX_DISCARD_BYTES = 1024 * 1024;

export type BodyOutcome =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' | 'late' | 'cancelled' }
  /** The sender went away: there is nobody to answer. */
  | { readonly kind: 'gone' };

export interface BodyReader {
  /** Never rejects. */
  readonly done: Promise<BodyOutcome>;
  cancel(): void;
}

export function readBody(
  request: IncomingMessage,
  options: { readonly limitBytes: number; readonly deadlineMs: number; readonly clock: Clock },
): BodyReader {
  let finish: (outcome: BodyOutcome) => void = () => undefined;
  const done = new Promise<BodyOutcome>((resolve) => {
    let size = 0;
    let chunks: Uint8Array[] = [];
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= options.limitBytes) chunks.push(new Uint8Array(chunk));
      else chunks = [];
      if (size > MAX_DISCARD_BYTES) finish({ kind: 'too-large' });
    };
    const onEnd = () => {
      finish(
        size > options.limitBytes
          ? { kind: 'too-large' }
          : { kind: 'ok', bytes: new Uint8Array(Buffer.concat(chunks)) },
      );
    };
    const onGone = () => finish({ kind: 'gone' });
    const timer = options.clock.setTimeout(() => finish({ kind: 'late' }), options.deadlineMs);
    finish = (outcome) => {
      timer.dispose();
      request.off('data', onData).off('end', onEnd).off('close', onGone);
      // The error listener stays: a socket that breaks after our answer must not be an uncaught exception.
      resolve(outcome);
    };
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
    if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARD_BYTES) finish({ kind: 'too-large' });
  });
  return { done, cancel: () => finish({ kind: 'cancelled' }) };
}

/** Every value of a header, in order: `request.headers` joins or drops repeated ones, depending on their name. */
export function headerValues({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  return rawHeaders.filter(
    (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
}

/** At most `limit` events in any 60 s. */
export class MinuteWindow {
  readonly #limit: number;
  readonly #clock: Clock;
  /** Monotonic ms of the newest `limit` events, as a ring: the next to overwrite is the oldest. */
  readonly #times: number[] = [];
  #next = 0;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** 0 when the event is allowed (and counted), else the whole seconds until the next one is. */
  take(): number {
    const now = this.#clock.monotonicMs();
    const oldest = this.#times.length < this.#limit ? undefined : this.#times[this.#next];
    if (oldest !== undefined && now - oldest < 60_000) return Math.ceil((oldest + 60_000 - now) / 1_000);
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#limit;
    return 0;
  }
}

/** Never cached, never sniffed, never readable by another origin. */
export function replyJson(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: OutgoingHttpHeaders = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  // Node drops the body by itself for HEAD.
  response.end(text);
}
