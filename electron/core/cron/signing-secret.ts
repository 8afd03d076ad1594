// The secret of this installation that signs outgoing webhooks: made when it is first needed, kept in the vault,
// known to the redactor from then on.

import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';
import { Secret } from '../lib/secret';
import { CRON_SIGNING_SECRET as NAME } from '../lib/secrets-in-use';
import type { WebhookHeaders } from '../lib/webhook-post';
import type { SecretVault } from '../ports';

const BYTES = 32;

export const HEADER_NAMES: WebhookHeaders = {
  delivery: 'x-gatehouse-delivery',
  timestamp: 'x-gatehouse-timestamp',
  signature: 'x-gatehouse-signature',
};

export class SigningSecret {
  readonly #vault: SecretVault;
  readonly #random: Random;
  readonly #redactor: Redactor;
  readonly #mutex = new Mutex();

  constructor(options: {
    readonly vault: SecretVault;
    readonly random: Random;
    readonly redactor: Redactor;
  }) {
    this.#vault = options.vault;
    this.#random = options.random;
    this.#redactor = options.redactor;
  }

  /** The error says in words why there is none. */
  get(): Promise<Result<Secret, string>> {
    return this.#mutex.run(async () => {
      const loaded = await this.#vault.load();
      if (!loaded.ok) return err(`the signing secret cannot be read: ${loaded.error.detail}`);
      const existing = this.#vault.get(NAME);
      const secret = existing ?? new Secret(this.#random.bytes(BYTES).toString('base64url'));
      this.#redactor.set(NAME, [secret.expose()]);
      if (existing !== undefined) return ok(secret);
      const stored = await this.#vault.set(NAME, secret);
      return stored.ok ? ok(secret) : err(`the signing secret cannot be stored: ${stored.error.detail}`);
    });
  }
}
