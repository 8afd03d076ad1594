// What Slack's Web API takes and answers, as far as it is the same for every method. Used by the double of Slack only.

import type { IncomingMessage } from 'node:http';
import type { Fault } from './channel-double';

export type Json = Readonly<Record<string, unknown>>;

export interface SlackAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or a text as it is. */
  readonly body: Json | string;
}

/** Undefined when the fault is not one of answers. */
export function faultAnswer(fault: Fault): SlackAnswer | undefined {
  switch (fault) {
    case 'rate-limit':
      return { status: 429, headers: { 'retry-after': '2' }, body: { ok: false, error: 'ratelimited' } };
    case 'server-error':
      return { status: 500, body: '<html><h1>Server Error</h1></html>' };
    case 'malformed':
      return { body: '{"ok":tru' };
    case 'huge':
      return { body: { ok: true, padding: 'x'.repeat(1_200_000) } };
    default:
      return undefined;
  }
}

export function refusal(error: string): SlackAnswer {
  return { body: { ok: false, error } };
}

/** JSON or a form, as Slack takes both; undefined when it is neither. */
export async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  if (!type.startsWith('application/json')) return text === '' ? {} : undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
