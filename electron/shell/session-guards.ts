// Shuts what a page could ask of the browser around it: permissions, navigation, windows, webviews, downloads,
// network. app.ts installs both guards before the first window exists. Refusals are logged without the URL's query.

import type { App, Session, WebContents } from 'electron';
import { cleanForeignText } from '../core/lib/foreign-text';
import type { Logger } from '../core/lib/logger-port';
import { isAppUrl } from './app-protocol';

const NETWORK = ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'];
const MAX_URL_CHARS = 2048;

/** The URL to hand to the system's browser; undefined unless it is plain https (SEC-39). */
export function externalUrl(raw: string): string | undefined {
  if (raw.length > MAX_URL_CHARS || /[\p{Cc}\p{Cf}\s\\]/u.test(raw)) return undefined;
  try {
    const url = new URL(raw);
    const isPlain =
      url.protocol === 'https:' && url.username === '' && url.password === '' && url.host !== '';
    return isPlain ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The page is local and talks by IPC only: it has no business with the network or with any permission. */
export function guardSession(session: Session, logger: Logger): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    logger.warn('guard.permission-denied', { permission });
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => {
    logger.warn('guard.download-denied');
    event.preventDefault();
  });
  session.webRequest.onBeforeRequest({ urls: NETWORK }, (details, answer) => {
    logger.warn('guard.request-denied', { url: withoutQuery(details.url) });
    answer({ cancel: true });
  });
}

/** Applies to every web contents, also to ones nobody meant to create. */
export function guardContents(
  app: Pick<App, 'on'>,
  options: { readonly logger: Logger; readonly openExternal: (url: string) => Promise<void> },
): void {
  app.on('web-contents-created', (_event, contents) => guardOne(contents, options));
}

function guardOne(
  contents: WebContents,
  {
    logger,
    openExternal,
  }: { readonly logger: Logger; readonly openExternal: (url: string) => Promise<void> },
): void {
  contents.on('will-navigate', (event, url) => {
    // A reload of our own page is a navigation too.
    if (isAppUrl(url)) return;
    logger.warn('guard.navigation-denied', { url: withoutQuery(url) });
    event.preventDefault();
  });
  contents.on('will-redirect', (event, url) => {
    logger.warn('guard.redirect-denied', { url: withoutQuery(url) });
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    logger.warn('guard.webview-denied');
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    const external = externalUrl(url);
    if (external)
      void openExternal(external).catch((error: unknown) => logger.warn('guard.open-failed', { error }));
    else logger.warn('guard.window-denied', { url: withoutQuery(url) });
    return { action: 'deny' };
  });
}

function withoutQuery(url: string): string {
  return cleanForeignText(url.split(/[?#]/, 1)[0] ?? '', 160);
}
