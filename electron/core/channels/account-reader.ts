// Reads accounts out of settings and vault through their adapters, and survives adapters that throw at it: then the
// account stands there with the fault. Owned by channel-manager. Tells the redactor every secret before anybody uses it.

import type { Settings } from '../../../shared/model/settings';
import type { Logger } from '../lib/logger-port';
import type { Redactor } from '../lib/redactor';
import type { SecretVault } from '../ports';
import type { Resolution } from './account-supervisor';
import type { ChannelAdapter, SecretReader } from './channel-adapter';

export interface AccountReaderOptions {
  readonly vault: Pick<SecretVault, 'load' | 'get'>;
  readonly redactor: Pick<Redactor, 'set' | 'redact'>;
  readonly logger: Logger;
}

export class AccountReader {
  readonly #options: AccountReaderOptions;
  /** Why the stored secrets cannot be read, in words. */
  #vaultProblem: string | undefined;

  constructor(options: AccountReaderOptions) {
    this.#options = options;
  }

  /** Opens the vault; when that fails, the accounts say so. */
  async load(): Promise<void> {
    const loaded = await this.#options.vault.load();
    this.#vaultProblem = loaded.ok ? undefined : loaded.error.detail;
  }

  listAccountIds(adapter: ChannelAdapter, settings: Settings): readonly string[] {
    try {
      return adapter.config.listAccountIds(settings, this.#secrets());
    } catch (error) {
      this.#options.logger.error('channel.list-failed', { channel: adapter.meta.id, error });
      // Shown as one account with the fault, because a channel that vanishes cannot be repaired.
      return ['default'];
    }
  }

  resolve(adapter: ChannelAdapter, settings: Settings, accountId: string): Resolution {
    const { redactor, logger } = this.#options;
    const channel = adapter.meta.id;
    try {
      const account = adapter.config.resolve(settings, accountId, this.#secrets());
      redactor.set(
        `channel ${channel}/${accountId}`,
        account.secrets.map((secret) => secret.expose()),
      );
      return { account, fingerprint: adapter.config.fingerprint(account) };
    } catch (error) {
      logger.error('channel.resolve-failed', { channel, accountId, error });
      const message = `the channel's adapter failed to read its settings: ${error instanceof Error ? error.message : String(error)}`;
      return {
        account: {
          accountId,
          enabled: true,
          configured: false,
          problems: [redactor.redact(message)],
          secrets: [],
        },
        fingerprint: 'fault',
        fault: { class: 'config', code: 'adapter_threw', message },
      };
    }
  }

  #secrets(): SecretReader {
    return {
      get: (name) => this.#options.vault.get(name),
      ...(this.#vaultProblem === undefined ? {} : { unreadable: this.#vaultProblem }),
    };
  }
}
