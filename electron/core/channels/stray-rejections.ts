// Finds the account whose adapter leaked a rejected promise (REL-80). Such a rejection surfaces only in the process's
// own `unhandledRejection`, where nobody knows whose it is, and would take every account down. Used by epoch and by the
// entries of the process.

import { AsyncLocalStorage } from 'node:async_hooks';

const owners = new AsyncLocalStorage<(error: unknown) => void>();

/** What `run` starts, and whatever that starts, belongs to `onStray`. */
export function ownStrays<T>(onStray: (error: unknown) => void, run: () => T): T {
  return owners.run(onStray, run);
}

/** For `unhandledRejection`: true when the rejection was an adapter's, and its account has been told. */
export function claimStray(reason: unknown): boolean {
  const tell = owners.getStore();
  tell?.(reason);
  return tell !== undefined;
}
