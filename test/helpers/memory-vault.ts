// A SecretVault without a disk.

import type { Result } from '../../electron/core/lib/result';
import { ok } from '../../electron/core/lib/result';
import { Secret } from '../../electron/core/lib/secret';
import type { Locked, SecretVault, StoreError } from '../../electron/core/ports';

export class MemoryVault implements SecretVault {
  readonly #secrets = new Map<string, Secret>();

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(secrets)) this.#secrets.set(name, new Secret(text));
  }

  async load(): Promise<Result<void, Locked>> {
    return ok(undefined);
  }

  reload(): Promise<Result<void, Locked>> {
    return this.load();
  }

  get(name: string): Secret | undefined {
    return this.#secrets.get(name);
  }

  async set(name: string, secret: Secret): Promise<Result<void, StoreError>> {
    this.#secrets.set(name, secret);
    return ok(undefined);
  }

  async delete(name: string): Promise<Result<void, StoreError>> {
    this.#secrets.delete(name);
    return ok(undefined);
  }
}
