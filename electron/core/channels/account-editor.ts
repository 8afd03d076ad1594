// Adds, changes, removes and logs out accounts: what a person types is checked field by field, then against the
// vendor, then against every other secret, and only then written: secrets to the vault, the rest to the settings.
// Called by the panel's IPC handlers and the gateway's methods. Never gives a secret back.

import { mergeDocuments, valueAt, without } from '../../../shared/json-document';
import { type ChannelKind, channelKind, secretKeys, vaultNameOf } from '../../../shared/model/channel-kinds';
import { type SettingsPatch, settingsSchema } from '../../../shared/model/settings';
import type { Clock } from '../lib/clock';
import { cleanForeignText } from '../lib/foreign-text';
import type { Logger } from '../lib/logger-port';
import { Mutex } from '../lib/mutex';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import { err, ok, type Result } from '../lib/result';
import type { SecretVault, SettingsSource } from '../ports';
import { AccountCheck } from './account-check';
import {
  type AccountDraft,
  type AccountForm,
  type AccountView,
  channelView,
  DEFAULT_ACCOUNT,
  draftProblem,
  type EditError,
  type Edited,
  emptiedPaths,
  inheritancePatch,
  isNested,
  ownSettings,
  patchOf,
  pathsOf,
  settingsError,
  unknownAccount,
  unknownChannel,
  valuesOf,
} from './account-draft';
import type { DurableStore } from './account-store';
import type { ChannelAdapter, LoginStep, ResolvedAccount, SecretReader } from './channel-adapter';
import type { ChannelManager } from './channel-manager';
import type { ChannelNet } from './net/channel-net';
import { secretInUse } from './secret-in-use';

const GOODBYE_TIMEOUT_MS = 2_000;

export interface AccountEditorOptions {
  readonly adapters: readonly ChannelAdapter[];
  readonly manager: Pick<ChannelManager, 'reload' | 'release' | 'supervisorOf' | 'suspend'>;
  readonly settings: SettingsSource;
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set' | 'redact'>;
  readonly net: ChannelNet;
  openStore(channel: string, accountId: string): DurableStore;
  /** Is this text the gateway's own credential? */
  isGatewayCredential(text: string): boolean;
}

export class AccountEditor {
  readonly #options: AccountEditorOptions;
  readonly #checks: AccountCheck;
  /** What is judged is written before anything else is. */
  readonly #writes = new Mutex();

  constructor(options: AccountEditorOptions) {
    this.#options = options;
    this.#checks = new AccountCheck(options);
  }

  form(channel: string, accountId: string): Result<AccountForm, EditError> {
    const kind = channelKind(channel);
    const { settings, vault } = this.#options;
    if (kind === undefined) return err(unknownChannel(channel));
    const stored = this.#own(channel, accountId);
    if (stored === undefined) return err(unknownAccount(channel, accountId));
    const shared = channelView(settings.get(), channel);
    const name = stored.name ?? (accountId === DEFAULT_ACCOUNT ? shared?.name : undefined);
    return ok({
      ...(typeof name === 'string' ? { name } : {}),
      values: valuesOf(kind, shared, stored),
      storedSecrets: secretKeys(channel).filter(
        (key) => vault.get(vaultNameOf(channel, accountId, key)) !== undefined,
      ),
    });
  }

  /** Asks the vendor; writes nothing. Ends an older check of the same account. */
  async check(draft: AccountDraft): Promise<Edited> {
    const judged = this.#judge(draft);
    if (!judged.ok) return judged;
    return this.#checks.ask(judged.value.adapter, judged.value.account);
  }

  /** Of a check that nobody waits for any more; it ends as `stopped`. */
  stopCheck(channel: string, accountId: string): void {
    this.#checks.stop(channel, accountId);
  }

  /** Checks unless told not to, then writes. The account starts, or starts again, with what was saved. */
  async save(draft: AccountDraft, options: { readonly unchecked: boolean }): Promise<Edited> {
    const judged = this.#judge(draft);
    if (!judged.ok) return judged;
    const checked: Edited = options.unchecked ? ok({}) : await this.check(draft);
    if (!checked.ok) return checked;
    // What saving would do to others is said before it is done.
    if (checked.value.note !== undefined) return err({ code: 'confirm', message: checked.value.note });
    const written = await this.#writes.run(async () => {
      // The check took its time: what was free then may be taken now.
      const again = this.#judge(draft);
      return again.ok ? this.#write(draft, judged.value) : again;
    });
    if (!written.ok) return written;
    this.#options.logger.info('channel.saved', {
      channel: draft.channel,
      accountId: draft.accountId,
      created: draft.create,
    });
    this.#options.manager.release(draft.channel, draft.accountId);
    await this.#options.manager.reload();
    return checked;
  }

  /** What a login brought becomes an account, or the new credential of one. */
  async link(
    channel: string,
    accountId: string,
    step: Extract<LoginStep, { state: 'connected' }>,
  ): Promise<Edited> {
    const create = this.#own(channel, accountId) === undefined;
    const { name } = step.identity ?? {};
    const draft: AccountDraft = {
      ...{ channel, accountId, create, values: {}, secrets: step.secrets },
      ...(create && name !== undefined ? { name: cleanForeignText(name, 80) } : {}),
    };
    const judged = this.#judge(draft);
    if (!judged.ok) return judged;
    // Stopped first: an epoch that still runs would write its old cursor over what belongs to the new login.
    const resume = await this.#options.manager.suspend(channel, accountId);
    const store =
      this.#options.manager.supervisorOf(channel, accountId)?.store ??
      this.#options.openStore(channel, accountId);
    await store.open();
    await store.clear();
    for (const [key, value] of Object.entries(step.stored)) store.set(key, value);
    await store.flush();
    const written = await this.#writes.run(() => this.#write(draft, judged.value));
    if (written.ok) await this.#dropTwins(channel, accountId, step.stored.userId);
    this.#options.manager.release(channel, accountId);
    // Also when it was not written: the account was stopped for this.
    await resume();
    if (!written.ok) return written;
    return ok(step.identity === undefined ? {} : { identity: step.identity });
  }

  /** Stops it, tells the vendor, and forgets its credential; the account and its settings stay. */
  async logout(
    channel: string,
    accountId: string,
  ): Promise<Result<{ readonly cleared: boolean }, EditError>> {
    const { manager, vault } = this.#options;
    const supervisor = manager.supervisorOf(channel, accountId);
    if (supervisor === undefined) return err(unknownAccount(channel, accountId));
    const { account } = supervisor;
    const resume = await manager.suspend(channel, accountId);
    const adapter = this.#adapter(channel);
    if (adapter?.logout !== undefined && account.configured) {
      await this.#sayGoodbye(
        (signal) => adapter.logout?.(account, supervisor.context(signal)) ?? Promise.resolve(),
      );
    }
    let cleared = false;
    for (const key of secretKeys(channel)) {
      const name = vaultNameOf(channel, accountId, key);
      if (vault.get(name) === undefined) continue;
      const deleted = await vault.delete(name);
      if (!deleted.ok) {
        // It was stopped for this and still has its credential, or half of it.
        await resume();
        return err({ code: deleted.error.code, message: deleted.error.detail });
      }
      cleared = true;
    }
    await supervisor.forget();
    this.#options.logger.info('channel.logged-out', { channel, accountId });
    await resume();
    return ok({ cleared });
  }

  /** Logs out, then takes the account out of the settings. */
  async remove(channel: string, accountId: string): Promise<Result<void, EditError>> {
    const left = await this.logout(channel, accountId);
    if (!left.ok) return left;
    const { settings, manager } = this.#options;
    const inherited = inheritancePatch(settings.get(), channel, accountId);
    const updated = inherited === undefined ? ok(undefined) : settings.update(inherited);
    if (!updated.ok) return err(settingsError(updated.error));
    const view = channelView(settings.get(), channel);
    for (const path of pathsOf(view, channel, accountId, this.#accountIds(channel))) {
      const removed = settings.remove(path);
      if (!removed.ok) return err(settingsError(removed.error));
    }
    this.#options.logger.info('channel.removed', { channel, accountId });
    await manager.reload();
    return ok(undefined);
  }

  /** The new login has ended those of the same person elsewhere in the list: they would only be refused from now on. */
  async #dropTwins(channel: string, accountId: string, userId: unknown): Promise<void> {
    const others = Object.keys(channelView(this.#options.settings.get(), channel)?.accounts ?? {});
    for (const other of others) {
      const twin = other === accountId ? undefined : this.#options.manager.supervisorOf(channel, other);
      await twin?.store.open();
      if (userId !== undefined && twin?.store.get('userId') === userId) await this.logout(channel, other);
    }
  }

  /** Everything that can be said without asking anybody. */
  #judge(
    draft: AccountDraft,
  ): Result<
    { readonly kind: ChannelKind; readonly adapter: ChannelAdapter; readonly account: ResolvedAccount },
    EditError
  > {
    const { channel, accountId } = draft;
    const kind = channelKind(channel);
    const adapter = this.#adapter(channel);
    if (kind === undefined || adapter === undefined) return err(unknownChannel(channel));
    const stored = this.#own(channel, accountId);
    if (draft.create && stored !== undefined) {
      return err({
        code: 'account_exists',
        field: 'accountId',
        message: `there is an account ${accountId} already`,
      });
    }
    if (!draft.create && stored === undefined) return err(unknownAccount(channel, accountId));
    const kept = stored && valuesOf(kind, channelView(this.#options.settings.get(), channel), stored);
    const whole = { ...draft, values: { ...kept, ...draft.values } };
    const problem = draftProblem(whole, kind, this.#secretsWith(draft)) ?? secretInUse(draft, this.#options);
    if (problem !== undefined) return err(problem);
    const merged = mergeDocuments(this.#options.settings.get(), this.#patch(draft, adapter));
    const settings = settingsSchema.safeParse(
      emptiedPaths(draft, kind, this.#isNested(draft)).reduce(without, merged),
    );
    if (!settings.success) {
      const [issue] = settings.error.issues;
      const field = String(issue?.path.at(-1) ?? '');
      return err({ code: 'invalid', field, message: `${field} cannot be used: ${issue?.message}` });
    }
    return ok({
      kind,
      adapter,
      account: adapter.config.resolve(settings.data, accountId, this.#secretsWith(draft)),
    });
  }

  /** Secrets first: an account whose settings name a secret that is not there would be wrong at once. */
  async #write(
    draft: AccountDraft,
    { kind, adapter }: { readonly kind: ChannelKind; readonly adapter: ChannelAdapter },
  ): Promise<Result<void, EditError>> {
    const { channel, accountId, secrets } = draft;
    const { settings, vault, redactor } = this.#options;
    redactor.set(
      `channel ${channel}/${accountId} saved`,
      Object.values(secrets).map((secret) => secret.expose()),
    );
    const before = Object.keys(secrets).map((key) => {
      const name = vaultNameOf(channel, accountId, key);
      return { name, secret: vault.get(name) };
    });
    const undo = async () => {
      for (const { name, secret } of before)
        await (secret === undefined ? vault.delete(name) : vault.set(name, secret));
    };
    for (const [key, secret] of Object.entries(secrets)) {
      const stored = await vault.set(vaultNameOf(channel, accountId, key), secret);
      if (stored.ok) continue;
      await undo();
      return err({ code: stored.error.code, message: stored.error.detail });
    }
    const emptied = emptiedPaths(draft, kind, this.#isNested(draft));
    const updated = settings.update(this.#patch(draft, adapter));
    if (!updated.ok) {
      await undo();
      return err(settingsError(updated.error));
    }
    for (const path of emptied) {
      if (valueAt(settings.get(), path) === undefined) continue;
      const removed = settings.remove(path);
      if (!removed.ok) return err(settingsError(removed.error));
    }
    return ok(undefined);
  }

  #secretsWith({ channel, accountId, secrets }: AccountDraft): SecretReader {
    const fresh = new Map(
      Object.entries(secrets).map(([key, secret]) => [vaultNameOf(channel, accountId, key), secret]),
    );
    return { get: (name) => fresh.get(name) ?? this.#options.vault.get(name) };
  }

  /** A new account is switched on, also where its channel was off. */
  #patch(draft: AccountDraft, adapter: ChannelAdapter): SettingsPatch {
    const own = patchOf(draft, this.#isNested(draft));
    if (!draft.create) return own;
    const { channel, accountId } = draft;
    const settings = this.#options.settings.get();
    const on = adapter.config.enabledPatch(settings, accountId, true, this.#accountIds(channel));
    return mergeDocuments(own, on) as SettingsPatch;
  }

  #accountIds(channel: string): readonly string[] {
    const { settings, vault } = this.#options;
    return this.#adapter(channel)?.config.listAccountIds(settings.get(), vault) ?? [];
  }

  #own(channel: string, accountId: string): AccountView | undefined {
    return ownSettings(this.#options.settings.get(), channel, accountId, this.#accountIds(channel));
  }

  #isNested({ channel, accountId }: AccountDraft): boolean {
    return isNested(channelView(this.#options.settings.get(), channel), accountId);
  }

  #adapter(channel: string): ChannelAdapter | undefined {
    return this.#options.adapters.find(({ meta }) => meta.id === channel);
  }

  async #sayGoodbye(say: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const timer = this.#options.clock.setTimeout(() => controller.abort(), GOODBYE_TIMEOUT_MS);
    const late = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()));
    // Whatever the vendor says: the account is logged out here.
    await Promise.race([say(controller.signal).catch(() => undefined), late]);
    timer.dispose();
  }
}
