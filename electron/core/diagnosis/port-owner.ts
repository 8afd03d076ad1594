// Names who holds the port that we want: by asking it over loopback what it is, and by asking the system whose
// socket it is. Called by the gateway when its port is taken. Must never send a credential, block or kill.

import { get } from 'node:http';
import { WebSocket } from 'ws';
import type { PortOwner } from '../../../shared/model/status';
import type { Clock } from '../lib/clock';
import { systemClock } from '../lib/clock';
import { listenersOn } from './port-listeners';

const ASK_MS = 500;
const HOST = '127.0.0.1';

/** `undefined`: that side has not told; the answers of both together make the kind. */
type HttpAnswer = 'gatehouse' | 'http' | 'refused' | undefined;
type WebSocketAnswer = 'challenge' | 'other' | undefined;

/** `undefined` when nobody listens any more. Resolves within about 1.5 s and never rejects. */
export async function findPortOwner(
  port: number,
  clock: Clock = systemClock,
): Promise<PortOwner | undefined> {
  const [http, webSocket, processes] = await Promise.all([
    askHttp(port, clock),
    askWebSocket(port, clock),
    listenersOn(port),
  ]);
  const [holder] = processes;
  if (holder === undefined && http === 'refused') return undefined;
  return { kind: portKind(http, webSocket), ...holder };
}

/** Gatehouse signs its replies; another program that opens with a challenge speaks OpenClaw's protocol. Pure. */
export function portKind(http: HttpAnswer, webSocket: WebSocketAnswer): PortOwner['kind'] {
  if (http === 'gatehouse') return 'gatehouse';
  if (webSocket === 'challenge') return 'openclaw';
  return http === 'http' || webSocket === 'other' ? 'other' : 'unknown';
}

function askHttp(port: number, clock: Clock): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const request = get({ host: HOST, port, path: '/healthz', agent: false }, (response) => {
      settle(response.headers['x-gatehouse'] === '1' ? 'gatehouse' : 'http');
    });
    const settle = (answer: HttpAnswer) => {
      deadline.dispose();
      request.destroy();
      resolve(answer);
    };
    const deadline = clock.setTimeout(() => settle(undefined), ASK_MS);
    // An answer that is no HTTP is an answer all the same; a reset or an end without one is not.
    request.on('error', (error: NodeJS.ErrnoException) => {
      const spoke = error.code?.startsWith('HPE_') ? 'http' : undefined;
      settle(error.code === 'ECONNREFUSED' ? 'refused' : spoke);
    });
  });
}

function askWebSocket(port: number, clock: Clock): Promise<WebSocketAnswer> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${HOST}:${port}/`, {
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: 65_536,
    });
    let opened = false;
    const settle = (answer: WebSocketAnswer) => {
      deadline.dispose();
      socket.terminate();
      resolve(answer);
    };
    const deadline = clock.setTimeout(() => settle(opened ? 'other' : undefined), ASK_MS);
    // Also the error of terminating a socket that is still connecting.
    socket.on('error', () => settle(opened ? 'other' : undefined));
    socket.on('close', () => settle(opened ? 'other' : undefined));
    socket.on('open', () => {
      opened = true;
    });
    socket.once('message', (data) => settle(isChallenge(data.toString()) ? 'challenge' : 'other'));
  });
}

function isChallenge(text: string): boolean {
  try {
    const frame = JSON.parse(text) as { type?: unknown; event?: unknown } | null;
    return frame?.type === 'event' && frame.event === 'connect.challenge';
  } catch {
    return false;
  }
}
