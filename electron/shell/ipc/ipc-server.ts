// Answers every call of the page. Order: trusted sender -> known name -> schema -> handler -> envelope. Every call
// gets exactly one reply and nothing is thrown across: Electron would show the page our message and stack.

import type { IpcCallName, IpcCalls, IpcError, IpcReply } from '../../../shared/ipc/contract';
import { IPC_CALL_CHANNEL, IPC_CALL_NAMES } from '../../../shared/ipc/names';
import { cleanForeignText } from '../../core/lib/foreign-text';
import type { Logger } from '../../core/lib/logger-port';
import type { CallEvent, TrustedSenders } from './trusted-senders';
import type { Validators } from './validators';

export type IpcHandlers = {
  readonly [K in IpcCallName]: (
    params: IpcCalls[K]['params'],
  ) => IpcReply<IpcCalls[K]['result']> | Promise<IpcReply<IpcCalls[K]['result']>>;
};

/** The part of Electron's ipcMain that is used. */
export interface IpcPort {
  handle(channel: string, listener: (event: CallEvent, ...args: unknown[]) => Promise<unknown>): void;
  removeHandler(channel: string): void;
}

const KNOWN: ReadonlySet<unknown> = new Set(IPC_CALL_NAMES);
const MAX_FIELD_CHARS = 120;

export class IpcServer {
  readonly #port: IpcPort;
  readonly #trusted: TrustedSenders;
  readonly #validators: Validators;
  readonly #handlers: IpcHandlers;
  readonly #log: Logger;
  #refused = 0;

  constructor(options: {
    readonly port: IpcPort;
    readonly trusted: TrustedSenders;
    readonly validators: Validators;
    readonly handlers: IpcHandlers;
    readonly logger: Logger;
  }) {
    this.#port = options.port;
    this.#trusted = options.trusted;
    this.#validators = options.validators;
    this.#handlers = options.handlers;
    this.#log = options.logger;
  }

  /** Calls turned away before a handler ran, since start. */
  get refused(): number {
    return this.#refused;
  }

  start(): void {
    this.#port.handle(IPC_CALL_CHANNEL, (event, ...args) => this.answer(event, ...args));
  }

  stop(): void {
    this.#port.removeHandler(IPC_CALL_CHANNEL);
  }

  /** Never rejects, whatever the arguments are. */
  async answer(event: CallEvent, ...args: unknown[]): Promise<IpcReply<unknown>> {
    const [name, params] = args;
    const problem = this.#trusted.problem(event);
    if (problem) return this.#refuse('not_trusted', 'this sender may not call', name, { problem });
    if (args.length > 2 || !isCallName(name)) return this.#refuse('unknown_call', 'no such call', name);
    try {
      const checked = this.#validators[name].safeParse(params);
      if (!checked.success) {
        const field = checked.error.issues[0]?.path.map(String).join('.').slice(0, MAX_FIELD_CHARS);
        return this.#refuse('invalid_params', 'the parameters are not valid', name, field ? { field } : {});
      }
      // Validator and handler of one name agree by their mapped types; the compiler cannot follow a union of names.
      const handler = this.#handlers[name] as (
        value: unknown,
      ) => IpcReply<unknown> | Promise<IpcReply<unknown>>;
      return await handler(checked.data);
    } catch (error) {
      // The stack goes to the log (redacted there), never to the page.
      this.#log.error('ipc.handler-failed', { call: name, error });
      return { ok: false, error: { code: 'internal', message: 'an internal error, see the log' } };
    }
  }

  #refuse(
    code: string,
    message: string,
    name: unknown,
    detail: { readonly problem?: string; readonly field?: string } = {},
  ): IpcReply<never> {
    this.#refused += 1;
    const call = typeof name === 'string' ? cleanForeignText(name, 64) : typeof name;
    const field = detail.field === undefined ? undefined : cleanForeignText(detail.field, MAX_FIELD_CHARS);
    this.#log.warn('ipc.refused', { code, call, ...detail, ...(field === undefined ? {} : { field }) });
    const error: IpcError = field === undefined ? { code, message } : { code, message, field };
    return { ok: false, error };
  }
}

function isCallName(name: unknown): name is IpcCallName {
  return KNOWN.has(name);
}
