// The sentences for what goes wrong on the way to a vendor, one place for all channels (REL-81). Pure. A host is
// named, never a path or a query: tokens live there.

import { err, ok, type Result } from '../../lib/result';
import type { EpochFailure } from '../channel-adapter';
import type { HttpReply } from './channel-net';
import { NOT_PUBLIC } from './public-lookup';

const DNS_CODES: readonly string[] = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA'];
const CUT_CODES: readonly string[] = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE'];
const UNREACHABLE_CODES: readonly string[] = ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'];
const MAX_RETRY_AFTER_S = 86_400;

/** `host`: of the URL that was asked. */
export function networkFailure(error: unknown, host: string): EpochFailure {
  const code = codeOf(error);
  const failure = (message: string, fix?: string): EpochFailure => ({
    class: 'network',
    code,
    message,
    ...(fix === undefined ? {} : { fix }),
  });
  if (DNS_CODES.includes(code)) {
    return failure(
      `${host} could not be found (DNS: ${code})`,
      'Check the internet connection and the DNS settings.',
    );
  }
  if (code === NOT_PUBLIC) return notPublicFailure(host);
  if (code === 'ECONNREFUSED') return failure(`${host} refused the connection`);
  if (CUT_CODES.includes(code)) return failure(`${host} cut the connection`);
  if (code === 'ETIMEDOUT') return failure(`${host} did not answer`);
  if (UNREACHABLE_CODES.includes(code)) {
    return failure(`${host} cannot be reached (${code})`, 'Check the internet connection.');
  }
  if (isTlsCode(code)) {
    return failure(
      `the certificate of ${host} is not trusted (${code})`,
      'A proxy or virus scanner that reads encrypted traffic does this; so does a wrong clock.',
    );
  }
  if (code.startsWith('HPE_')) {
    return { class: 'protocol', code, message: `${host} answered something that is not HTTP` };
  }
  return failure(`the connection to ${host} failed (${code})`);
}

/** SEC-46. An address in the settings must not make this machine knock at doors inside the local network. */
export function notPublicFailure(host: string): EpochFailure {
  return {
    class: 'config',
    code: 'not_public',
    message: `${host} leads into the local network (or to a reserved address), where channels do not go`,
    fix: 'Use an address on the public internet, or a relay on this computer (127.0.0.1).',
  };
}

export function timeoutFailure(host: string, timeoutMs: number): EpochFailure {
  return {
    class: 'network',
    code: 'timeout',
    message: `${host} did not answer within ${timeoutMs / 1_000} s`,
  };
}

export function tooLargeFailure(host: string, maxBytes: number): EpochFailure {
  return {
    class: 'protocol',
    code: 'too_large',
    message: `${host} sent more than ${Math.round(maxBytes / 1024)} KiB at once`,
  };
}

/**
 * What an HTTP status says where the vendor says nothing better. `who`: the vendor as people know it. Call it only
 * for a status outside 200–299.
 */
export function statusFailure(reply: Pick<HttpReply, 'status' | 'headers'>, who: string): EpochFailure {
  const { status } = reply;
  const failure = (failureClass: EpochFailure['class'], message: string): EpochFailure => ({
    class: failureClass,
    code: status,
    message,
  });
  if (status === 429) {
    const retryAfterMs = retryAfter(reply);
    return {
      ...failure('rate_limited', `${who} asks to slow down (HTTP 429)`),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  if (status === 401) return failure('auth', `${who} rejected the credentials (HTTP 401)`);
  if (status === 403) return failure('permission', `${who} does not allow this (HTTP 403)`);
  if (status === 407) return failure('config', 'the proxy wants a login (HTTP 407)');
  if (status >= 500) return failure('server', `${who} has a problem (HTTP ${status})`);
  return failure('protocol', `${who} answered HTTP ${status}`);
}

/** Milliseconds that a Retry-After header asks for, in seconds (RFC 9110 section 10.2.3); a date is not obeyed. */
export function retryAfter({ headers }: Pick<HttpReply, 'headers'>): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const seconds = Number(value);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, MAX_RETRY_AFTER_S) * 1_000 : undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** The body as a JSON object, whatever the status; a status outside 200–299 without one is told as that status. */
export function jsonBody(reply: HttpReply, who: string): Result<JsonObject, EpochFailure> {
  const value = parseObject(reply.text);
  if (value !== undefined) return ok(value);
  if (reply.status < 200 || reply.status > 299) return err(statusFailure(reply, who));
  return err({ class: 'protocol', code: 'not_json', message: `${who} answered something that is not JSON` });
}

/** Undefined when the text is no JSON object. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function isTlsCode(code: string): boolean {
  return (
    code.startsWith('ERR_TLS') ||
    code.startsWith('ERR_SSL') ||
    code.startsWith('CERT_') ||
    /_CERT|_ISSUER|_SIGNATURE/.test(code)
  );
}
