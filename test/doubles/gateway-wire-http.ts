// The HTTP half of the doubles of QQ and Discord: reads a request whole, records it, plays the faults that look the
// same on every route, and leaves the rest to the vendor. Used inside those doubles only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './channel-double';
import type { DoubleRecord } from './double-record';
import { beginAnswer } from './double-server';
import type { Json } from './gateway-wire';

export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Of a JSON body; undefined when there is none or its type is another. */
  readonly body: Json | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpHalf {
  readonly record: DoubleRecord;
  fault(): Fault;
  answer(call: Call): Answer;
}

export async function serveHttp(
  half: HttpHalf,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const path = new URL(request.url ?? '/', 'http://double').pathname;
  const isJson = /^application\/json\b/.test(request.headers['content-type'] ?? '');
  const body = isJson ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Json) : undefined;
  const method = request.method ?? '';
  half.record.add({ via: 'http', name: `${method} ${path}`, body });
  switch (half.fault()) {
    case 'hang':
      return;
    case 'slow':
      beginAnswer(response);
      return;
    case 'server-error':
      response.writeHead(500, { 'content-type': 'text/html' }).end('<html><h1>500</h1></html>');
      return;
    case 'malformed':
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"broken":');
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"x":"${'x'.repeat(1_600_000)}"}`);
      return;
  }
  const answer = half.answer({ method, path, headers: request.headers, body });
  response
    .writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    .end(JSON.stringify(answer.body));
}
