// `conf` with a disk that fails as told: what a nearly full or broken disk does to it, without needing one.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Conf from 'conf';
import type { StoreClass } from '../../../electron/shell/storage/store-class';

export type Fault =
  | { readonly kind: 'none' }
  /** The library reports success, the file on disk is cut. */
  | { readonly kind: 'cut-silently'; readonly keepBytes: number }
  | { readonly kind: 'cut-and-throw'; readonly keepBytes: number; readonly code: string }
  | { readonly kind: 'throw-before'; readonly code: string }
  | { readonly kind: 'throw-after'; readonly code: string }
  | { readonly kind: 'file-gone' };

/** `fault.now` may be changed between writes. */
export function faultyStore(fault: { now: Fault }): StoreClass {
  return class extends Conf<Record<string, unknown>> {
    override get store() {
      return super.store;
    }

    override set store(value) {
      const { now } = fault;
      if (now.kind === 'throw-before') throw failure(now.code);
      super.store = value;
      if (now.kind === 'cut-silently' || now.kind === 'cut-and-throw') {
        writeFileSync(this.path, readFileSync(this.path).subarray(0, now.keepBytes));
      }
      if (now.kind === 'file-gone') rmSync(this.path);
      if (now.kind === 'cut-and-throw' || now.kind === 'throw-after') throw failure(now.code);
    }
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' });
}
