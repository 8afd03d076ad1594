// What adapters may ask of the network: one bounded HTTP request, one WebSocket. Every failure is a value with its
// class and a sentence for people; no URL gets into it, because vendors put tokens there. SystemNet is the real one.

import type { Result } from '../../lib/result';
import type { EpochFailure } from '../channel-adapter';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON with its content type. */
  readonly json?: unknown;
  readonly signal: AbortSignal;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer; 1 MiB when absent. */
  readonly maxBytes?: number;
}

export interface HttpReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

export interface SocketRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the attempt, and later the socket. */
  readonly signal: AbortSignal;
  /** From the call to the open socket. */
  readonly timeoutMs: number;
  /** Of one message; 1 MiB when absent. A larger one closes the socket. */
  readonly maxBytes?: number;
  /** Handed in with the request, so that a message right behind the handshake cannot be missed. */
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing?(): void;
  onPong?(): void;
}

export interface SocketClose {
  /** 1006 when the connection was cut without a close frame. */
  readonly code: number;
  readonly reason: string;
  /** Why it was cut, when the system or the frame parser told. */
  readonly failure?: EpochFailure;
}

export interface VendorSocket {
  /** Resolves once, whoever ended it. */
  readonly closed: Promise<SocketClose>;
  /** Dropped when the socket is closing: then `closed` tells. */
  send(data: string | Uint8Array): void;
  ping(): void;
  /** Asks for a close and cuts after 500 ms. */
  close(code?: number): void;
}

/** An upgrade that was answered with HTTP brings that answer along. */
export interface ConnectFailure extends EpochFailure {
  readonly response?: Pick<HttpReply, 'status' | 'headers'>;
}

export interface ChannelNet {
  /** Redirects are not followed: no vendor needs them, and they lead elsewhere. */
  http(request: HttpRequest): Promise<Result<HttpReply, EpochFailure>>;
  connect(request: SocketRequest): Promise<Result<VendorSocket, ConnectFailure>>;
}

/** The same net, with what a listener throws handed to `onThrow` instead of becoming an uncaught exception. */
export function guardedNet(net: ChannelNet, onThrow: (error: unknown) => void): ChannelNet {
  const guard =
    <A extends unknown[]>(listener: (...args: A) => void) =>
    (...args: A): void => {
      try {
        listener(...args);
      } catch (error) {
        onThrow(error);
      }
    };
  return {
    http: (request) => net.http(request),
    connect: (request) =>
      net.connect({
        ...request,
        onMessage: guard((data, isBinary) => request.onMessage(data, isBinary)),
        onPing: guard(() => request.onPing?.()),
        onPong: guard(() => request.onPong?.()),
      }),
  };
}
