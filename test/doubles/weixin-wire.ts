// What the two halves of WeChat's double share: which requests are well formed (reference/channels section 6 (b)), and
// answers as the vendor writes them, with 64-bit ids as bare numbers.

import type { IncomingMessage, ServerResponse } from 'node:http';

export type Json = Readonly<Record<string, unknown>>;

export interface WeixinCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
  /** The port that it came to: a login may be sent to another one. */
  readonly port: number | undefined;
}

export async function readCall(request: IncomingMessage): Promise<WeixinCall> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    body = {};
  }
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body: typeof body === 'object' && body !== null ? (body as Json) : {},
    port: request.socket.localPort,
  };
}

/** What is wrong with the headers that every call has; undefined when nothing is. */
export function headerProblem({ method, headers }: WeixinCall): string | undefined {
  if (headers['ilink-app-id'] !== 'bot') return 'iLink-App-Id';
  if (!/^[1-9][0-9]{0,9}$/.test(String(headers['ilink-app-clientversion']))) return 'iLink-App-ClientVersion';
  if (method === 'GET') return headers.authorization === undefined ? undefined : 'Authorization on GET';
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return 'Content-Type';
  if (headers.authorizationtype !== 'ilink_bot_token') return 'AuthorizationType';
  const uin = Buffer.from(String(headers['x-wechat-uin']), 'base64').toString('utf8');
  return /^[0-9]{1,10}$/.test(uin) && Number(uin) < 2 ** 32 ? undefined : 'X-WECHAT-UIN';
}

export function hasBaseInfo({ body }: WeixinCall): boolean {
  const info = body.base_info as Json | undefined;
  const { channel_version: version, bot_agent: agent } = info ?? {};
  return typeof version === 'string' && typeof agent === 'string' && Buffer.byteLength(agent) <= 256;
}

/** Marks a string of digits that goes out as a bare number. */
export function uint64(digits: string): string {
  return `uint64:${digits}`;
}

export interface Answer {
  readonly status?: number;
  readonly json: Json;
}

export function answer(json: Json): Answer {
  return { json };
}

/** To a request that the vendor would not understand. */
export function refusal(what: string): Answer {
  return { status: 400, json: { ret: -1, errmsg: `invalid request: ${what}` } };
}

export function write(response: ServerResponse, { status = 200, json }: Answer): void {
  const text = JSON.stringify(json).replace(/"uint64:(\d+)"/g, '$1');
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}
