// An IpcServer with our page as its trusted sender, for the tests in this folder.

import type { LogFields, Logger } from '../../../electron/core/lib/logger-port';
import { ok } from '../../../electron/core/lib/result';
import { APP_URL } from '../../../electron/shell/app-protocol';
import { type IpcHandlers, IpcServer } from '../../../electron/shell/ipc/ipc-server';
import { type CallEvent, TrustedSenders } from '../../../electron/shell/ipc/trusted-senders';
import { validators } from '../../../electron/shell/ipc/validators';
import { IPC_CALL_NAMES } from '../../../shared/ipc/names';

export const PAGE_ID = 7;

export function fromPage(change: Partial<CallEvent> = {}): CallEvent {
  return { sender: { id: PAGE_ID }, senderFrame: { url: APP_URL, parent: null }, ...change };
}

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export function recordingLogger(lines: LogLine[]): Logger {
  const at = (level: string) => (event: string, fields?: LogFields) => {
    lines.push({ level, event, fields });
  };
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  return logger;
}

/** Handlers that only count, unless `handlers` says otherwise. */
export function ipcFixture(handlers: Partial<IpcHandlers> = {}) {
  const log: LogLine[] = [];
  const called: string[] = [];
  const counting = Object.fromEntries(
    IPC_CALL_NAMES.map((name) => [
      name,
      () => {
        called.push(name);
        return ok(null);
      },
    ]),
    // Values of the right types are not what these tests are about.
  ) as unknown as IpcHandlers;
  const trusted = new TrustedSenders();
  let destroy = () => undefined as unknown;
  trusted.add({
    id: PAGE_ID,
    once: (_event, listener) => {
      destroy = listener;
    },
  });
  const server = new IpcServer({
    port: { handle: () => undefined, removeHandler: () => undefined },
    trusted,
    validators,
    handlers: { ...counting, ...handlers },
    logger: recordingLogger(log),
  });
  return { server, log, called, destroyPage: () => destroy() };
}
