// A minimal client of the gateway's own protocol: dial, challenge, connect, one request, close. Used by the
// internal probe and by the command line. It resolves with facts and never throws for what a peer can do; the
// credential is asked for only after the challenge has arrived.

import type { Socket } from 'node:net';
import { connect as dialTcp } from 'node:net';
import { WebSocket } from 'ws';
import type { ClientId, ClientMode } from '../../../shared/protocol/client-info';
import type { WireError } from '../../../shared/protocol/error-codes';
import type { Scope } from '../../../shared/protocol/scopes';
import type { Clock } from '../lib/clock';
import type { Secret } from '../lib/secret';

export type CallStep = 'dial' | 'open' | 'challenge' | 'leased' | 'sent' | 'accepted' | 'answered';

export interface CallOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly client: {
    readonly id: ClientId;
    readonly mode: ClientMode;
    readonly displayName: string;
    readonly version: string;
  };
  readonly scopes: readonly Scope[];
  readonly lease: () => Secret | undefined;
  readonly method: string;
  readonly params: unknown;
  /** The TCP socket, before its first byte: lets the caller register its local address. */
  readonly onSocket?: (socket: Socket) => void;
  /** Told at each step that was reached, in order. */
  readonly onStep?: (step: CallStep) => void;
}

export type CallOutcome =
  | { readonly ok: true; readonly payload: unknown; readonly reached: CallStep }
  | {
      readonly ok: false;
      /** The last step that succeeded; undefined when the port could not be reached. */
      readonly reached: CallStep | undefined;
      readonly closeCode?: number;
      readonly error?: WireError;
      readonly message: string;
    };

export function callGateway(options: CallOptions): Promise<CallOutcome> {
  return new Promise((resolve) => {
    let reached: CallStep | undefined;
    let refusal: WireError | undefined;
    let settled = false;
    const step = (next: CallStep) => {
      reached = next;
      options.onStep?.(next);
    };
    const settle = (outcome: CallOutcome) => {
      if (settled) return;
      settled = true;
      deadline.dispose();
      resolve(outcome);
      if (socket.readyState === WebSocket.OPEN) socket.close();
      else if (socket.readyState !== WebSocket.CLOSED) socket.terminate();
    };
    const fail = (message: string, closeCode?: number) =>
      settle({
        ok: false,
        reached,
        message,
        ...(closeCode === undefined ? {} : { closeCode }),
        ...(refusal === undefined ? {} : { error: refusal }),
      });
    const deadline = options.clock.setTimeout(
      () => fail(`no answer within ${options.timeoutMs} ms`),
      options.timeoutMs,
    );

    const socket = new WebSocket(`ws://${options.host}:${options.port}/`, {
      perMessageDeflate: false,
      closeTimeout: 500,
      // Dialled here so that the socket's own address is known before anything is sent over it.
      createConnection: () => {
        const tcp = dialTcp({ host: options.host, port: options.port });
        tcp.setNoDelay(true);
        tcp.once('connect', () => {
          options.onSocket?.(tcp);
          step('dial');
        });
        return tcp;
      },
    });
    const send = (id: string, method: string, params: unknown) =>
      socket.send(JSON.stringify({ type: 'req', id, method, params }));

    socket.on('error', (error) => fail(error.message));
    socket.on('close', (code, reason) =>
      fail(reason.length > 0 ? reason.toString() : `closed with ${code}`, code),
    );
    socket.on('open', () => step('open'));
    socket.on('message', (data) => {
      if (settled) return;
      const frame = readFrame(data.toString());
      if (frame === undefined) return fail('the answer is not an OpenClaw frame');
      if (frame.type === 'event') {
        if (frame.event !== 'connect.challenge' || reached !== 'open') return;
        step('challenge');
        const secret = options.lease();
        if (secret === undefined) return fail('there is no credential to connect with');
        step('leased');
        send('connect', 'connect', connectParams(options, secret));
        step('sent');
        return;
      }
      if (!frame.ok) {
        refusal = frame.error;
        // The close code tells the reasons apart, so a refused connect waits for it (or the deadline).
        if (frame.id !== 'connect') fail(frame.error?.message ?? 'refused');
        return;
      }
      if (frame.id === 'connect' && reached === 'sent') {
        step('accepted');
        send('call', options.method, options.params);
      } else if (frame.id === 'call') {
        step('answered');
        settle({ ok: true, payload: frame.payload, reached: 'answered' });
      }
    });
  });
}

function connectParams(options: CallOptions, secret: Secret): unknown {
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: { ...options.client, platform: process.platform },
    caps: [],
    role: 'operator',
    scopes: options.scopes,
    auth: { token: secret.expose() },
  };
}

type Incoming =
  | { readonly type: 'event'; readonly event: string }
  | {
      readonly type: 'res';
      readonly id: string;
      readonly ok: boolean;
      readonly payload?: unknown;
      readonly error?: WireError;
    };

function readFrame(text: string): Incoming | undefined {
  try {
    const value = JSON.parse(text) as Partial<Incoming> | null;
    return value?.type === 'event' || value?.type === 'res' ? (value as Incoming) : undefined;
  } catch {
    return undefined;
  }
}
