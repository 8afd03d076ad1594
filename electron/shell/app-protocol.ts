// Serves the built page as app://gatehouse/ with the security headers. main.ts registers the scheme before ready,
// app.ts the handler. Never leaves its folder, never serves a kind of file it does not know.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Protocol } from 'electron';

const SCHEME = 'app';
const HOST = 'gatehouse';
export const APP_URL = `${SCHEME}://${HOST}/`;

export const appScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const;

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

// Electron's Node has it; the Node typings we are held to do not. Electron types the handler's reply with it.
declare const Response: new (
  body: Buffer | string,
  init: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
) => never;

/** Is this one of our pages? Compared by scheme and host after parsing, never by prefix. */
export function isAppUrl(raw: string): boolean {
  const url = parse(raw);
  return url?.protocol === `${SCHEME}:` && url.host === HOST && url.username === '' && url.password === '';
}

/** The file under `root` that this URL names and its content type; undefined when there can be none. */
export function resolveAppFile(
  root: string,
  raw: string,
): { readonly file: string; readonly type: string } | undefined {
  const url = isAppUrl(raw) ? parse(raw) : undefined;
  if (!url) return undefined;
  const decoded = decode(url.pathname === '/' ? '/index.html' : url.pathname);
  if (decoded === undefined || /[\0\\]/.test(decoded)) return undefined;
  const file = path.join(root, path.normalize(decoded));
  const type = TYPES[path.extname(file).toLowerCase()];
  return file.startsWith(root + path.sep) && type ? { file, type } : undefined;
}

/** `root`: absolute folder of the built page. */
export function serveApp(protocol: Pick<Protocol, 'handle'>, root: string): void {
  protocol.handle(SCHEME, async (request: { readonly method: string; readonly url: string }) => {
    if (request.method !== 'GET') return respond(405, 'method not allowed');
    const found = resolveAppFile(root, request.url);
    if (!found) return respond(404, 'not found');
    try {
      return respond(200, await readFile(found.file), found.type);
    } catch {
      return respond(404, 'not found');
    }
  });
}

function respond(status: number, body: Buffer | string, type = 'text/plain; charset=utf-8') {
  return new Response(body, { status, headers: { ...HEADERS, 'content-type': type } });
}

function parse(raw: string): URL | undefined {
  try {
    return new URL(raw);
  } catch {
    return undefined;
  }
}

function decode(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}
