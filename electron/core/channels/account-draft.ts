// What a person typed for an account, judged without asking anybody, and where it belongs in the settings. Pure;
// called by account-editor. Shapes of what the panel's forms and the editor exchange are here, too.

import type { ChannelIdentity, FailureClass } from '../../../shared/model/channel';
import { type ChannelKind, channelKind, secretKeys, vaultNameOf } from '../../../shared/model/channel-kinds';
import { ACCOUNT_ID, isBaseUrl } from '../../../shared/model/channel-settings';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import type { StoreFailure } from '../../../shared/model/token';
import type { Result } from '../lib/result';
import type { Secret } from '../lib/secret';
import { fieldProblem } from './account-config';
import type { SecretReader } from './channel-adapter';

export const DEFAULT_ACCOUNT = 'default';
/** At the top level, of no account alone. */
const SHARED_KEYS: readonly string[] = ['accounts', 'enabled', 'endpoints'];

export interface AccountDraft {
  readonly channel: string;
  readonly accountId: string;
  /** True: there must be no such account yet. */
  readonly create: boolean;
  readonly name?: string;
  /** By OpenClaw's key; an optional field that is empty goes back to its default, one that is absent stays as it is. */
  readonly values: Readonly<Record<string, string>>;
  /** By OpenClaw's key; a secret that is absent stays as it is. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

export interface EditError {
  /**
   * `invalid`: `field` is wrong in itself. `in_use`: that secret opens something else (SEC-45). `rejected`: the
   * vendor, or the way to it, said no; `class` says which. `confirm`: the credentials are right, but `message` should
   * be read first; saving unchecked then is the answer "yes".
   */
  readonly code:
    | 'unknown_channel'
    | 'unknown_account'
    | 'account_exists'
    | 'unsupported'
    | 'invalid'
    | 'in_use'
    | 'rejected'
    | 'confirm'
    | StoreFailure;
  readonly message: string;
  /** As in channel-kinds, or `accountId`, `name`. */
  readonly field?: string;
  readonly fix?: string;
  readonly class?: FailureClass;
}

/** `note`: what a person should know before the account starts. */
export type Edited = Result<{ readonly identity?: ChannelIdentity; readonly note?: string }, EditError>;

/** What a form shows of an account that exists; of its secrets only which there are. */
export interface AccountForm {
  readonly name?: string;
  readonly values: Readonly<Record<string, string>>;
  readonly storedSecrets: readonly string[];
}

/** The first field that is surely wrong. `secrets`: those of the draft, and behind them the stored ones. */
export function draftProblem(
  draft: AccountDraft,
  kind: ChannelKind,
  secrets: SecretReader,
): EditError | undefined {
  const invalid = (field: string, message: string): EditError => ({ code: 'invalid', field, message });
  if (!ACCOUNT_ID.test(draft.accountId)) {
    return invalid('accountId', 'the account id takes a to z, 0 to 9, - and _, at most 64 characters');
  }
  if ((draft.name?.length ?? 0) > 80) return invalid('name', 'the name has more than 80 characters');
  const open = new Set<string>(plainKeys(kind));
  const sealed = new Set(secretKeys(kind.id));
  const stray =
    Object.keys(draft.values).find((key) => !open.has(key)) ??
    Object.keys(draft.secrets).find((key) => !sealed.has(key));
  if (stray !== undefined) return invalid(stray, `${kind.label} has no such field ${stray}`);
  for (const field of kind.fields) {
    const { key } = field;
    // The secret of a channel of ours is made afterwards.
    if (kind.setUp === 'own' && field.kind === 'secret') continue;
    const secret = secrets.get(vaultNameOf(draft.channel, draft.accountId, key));
    const value = field.kind === 'secret' ? (secret?.expose() ?? '') : (draft.values[key] ?? '');
    const problem = fieldProblem(field, value);
    if (problem === 'missing') return invalid(key, `${key} is missing`);
    if (problem === 'malformed') return invalid(key, `${key} does not look like one`);
    if (field.kind === 'url' && value !== '' && !isBaseUrl(value)) {
      return invalid(key, `${key} must be an https:// or wss:// address`);
    }
  }
  return undefined;
}

/** The fields whose values stand in the settings. */
export function plainKeys(kind: ChannelKind): readonly string[] {
  return kind.fields.filter((field) => field.kind !== 'secret').map(({ key }) => key);
}

export type AccountView = Readonly<Record<string, unknown>>;
export type ChannelView = AccountView & { readonly accounts: Readonly<Record<string, AccountView>> };

export function channelView(settings: Settings, channel: string): ChannelView | undefined {
  return (settings.channels as Readonly<Record<string, ChannelView | undefined>>)[channel];
}

/** What counts for an account, with what it inherits: of its own settings or, behind them, of its channel's. */
export function valuesOf(
  kind: ChannelKind,
  shared: AccountView | undefined,
  own: AccountView,
): Readonly<Record<string, string>> {
  const whole = { ...shared, ...own };
  const given = plainKeys(kind).flatMap((key) => {
    const value = whole[key];
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** The account's own part of the settings; undefined when it is none of `accountIds`, which are all there are. */
export function ownSettings(
  settings: Settings,
  channel: string,
  accountId: string,
  accountIds: readonly string[],
): AccountView | undefined {
  const view = channelView(settings, channel);
  if (view === undefined || !accountIds.includes(accountId)) return undefined;
  return Object.hasOwn(view.accounts, accountId) ? view.accounts[accountId] : view;
}

/** Beside other accounts the top level is everybody's: what is written there would change them, too. */
export function isNested(view: ChannelView | undefined, accountId: string): boolean {
  return accountId !== DEFAULT_ACCOUNT || Object.keys(view?.accounts ?? {}).length > 0;
}

/**
 * The top level is the account `default` and what the others inherit: before it goes, that becomes their own.
 * Undefined when there is nothing to hand down.
 */
export function inheritancePatch(
  settings: Settings,
  channel: string,
  accountId: string,
): SettingsPatch | undefined {
  const kind = channelKind(channel);
  const view = channelView(settings, channel);
  if (accountId !== DEFAULT_ACCOUNT || kind === undefined || view === undefined) return undefined;
  const shared = plainKeys(kind).filter((key) => view[key] !== undefined);
  const others = Object.entries(view.accounts).filter(([name]) => name !== accountId);
  if (shared.length === 0 || others.length === 0) return undefined;
  const accounts = Object.fromEntries(
    others.map(([name, own]) => [
      name,
      Object.fromEntries(shared.map((key) => [key, own[key] ?? view[key]])),
    ]),
  );
  return { channels: { [channel]: { accounts } } } as SettingsPatch;
}

/** What to take out of the settings so that the account is gone and the others stay. */
export function pathsOf(
  view: ChannelView | undefined,
  channel: string,
  accountId: string,
  accountIds: readonly string[],
): readonly (readonly string[])[] {
  if (accountIds.every((id) => id === accountId)) return [['channels', channel]];
  const isNamed = Object.hasOwn(view?.accounts ?? {}, accountId);
  const own = isNamed ? [['channels', channel, 'accounts', accountId]] : [];
  if (accountId !== DEFAULT_ACCOUNT) return own;
  const shared = Object.keys(view ?? {}).filter((key) => !SHARED_KEYS.includes(key));
  return [...own, ...shared.map((key) => ['channels', channel, key])];
}

/** Where optional values stand that the draft has emptied. */
export function emptiedPaths(
  draft: AccountDraft,
  kind: ChannelKind,
  nested: boolean,
): readonly (readonly string[])[] {
  const { channel, accountId, values } = draft;
  const place = nested ? ['channels', channel, 'accounts', accountId] : ['channels', channel];
  const optional = kind.fields.filter((field) => field.kind !== 'secret' && !field.required);
  return optional.filter(({ key }) => values[key] === '').map(({ key }) => [...place, key]);
}

export function patchOf(draft: AccountDraft, nested: boolean): SettingsPatch {
  const values = Object.fromEntries(Object.entries(draft.values).filter(([, value]) => value !== ''));
  const account = {
    ...(draft.name === undefined ? {} : { name: draft.name }),
    ...(draft.create ? { enabled: true } : {}),
    ...values,
  };
  const { channel, accountId } = draft;
  return {
    channels: { [channel]: nested ? { accounts: { [accountId]: account } } : account },
  } as SettingsPatch;
}

export function settingsError(
  error:
    | { readonly field: string; readonly message: string }
    | { readonly code: StoreFailure; readonly detail: string },
): EditError {
  return 'field' in error
    ? { code: 'invalid', field: error.field, message: error.message }
    : { code: error.code, message: error.detail };
}

export function unknownChannel(channel: string): EditError {
  return { code: 'unknown_channel', message: `there is no channel ${channel}` };
}

export function unknownAccount(channel: string, accountId: string): EditError {
  return { code: 'unknown_account', message: `there is no account ${channel}/${accountId}` };
}
