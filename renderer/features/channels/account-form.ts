// What the account dialog holds and what becomes of it: pure. Here only what is surely wrong is refused; core judges
// every value again and then asks the vendor, and their objections find their field.

import type { ChannelDraft, ChannelForm, ChannelKindView } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelField } from '../../../shared/model/channel-kinds';
import type { I18n } from '../../i18n/t';
import { textAt } from './channels-view';

export interface AccountForm {
  readonly name: string;
  readonly accountId: string;
  /** By OpenClaw's key: what is typed, secrets too. Empty: none, or the stored secret stays. */
  readonly typed: Readonly<Record<string, string>>;
}

/** A field of the table, or `accountId`, `name`. */
export interface Objection {
  readonly field: string;
  readonly text: string;
}

/** `taken`: ids of the accounts that the channel has. */
export function newForm(kind: ChannelKindView, taken: readonly string[]): AccountForm {
  return { name: '', accountId: freeId(taken), typed: typedOf(kind, {}) };
}

export function formOf(kind: ChannelKindView, accountId: string, stored: ChannelForm): AccountForm {
  return { name: stored.name ?? '', accountId, typed: typedOf(kind, stored.values) };
}

/** The fields that a person fills in: a secret of ours is made, not typed. */
export function typedFields(kind: ChannelKindView): readonly ChannelField[] {
  return kind.setUp === 'own' ? kind.fields.filter((field) => field.kind !== 'secret') : kind.fields;
}

export function fieldLabel(kind: ChannelKindView, field: ChannelField, i18n: I18n): string {
  const label = textAt(`field.${kind.id}.${field.key}`, i18n) ?? field.key;
  return field.required || field.kind === 'choice' ? label : i18n.t('form.optional', { label });
}

export function fieldHelp(kind: ChannelKindView, field: ChannelField, i18n: I18n): string | undefined {
  return textAt(`field.${kind.id}.${field.key}.help`, i18n);
}

/** The first field that is surely wrong. `stored`: keys of the secrets that may stay empty. */
export function objectionTo(
  kind: ChannelKindView,
  form: AccountForm,
  stored: readonly string[],
  i18n: I18n,
): Objection | undefined {
  for (const field of typedFields(kind)) {
    const { key, pattern, required } = field;
    const value = form.typed[key]?.trim() ?? '';
    const label = textAt(`field.${kind.id}.${key}`, i18n) ?? key;
    if (value === '') {
      if (required && !stored.includes(key)) return { field: key, text: i18n.t('form.missing', { label }) };
    } else if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
      return { field: key, text: i18n.t('form.malformed', { label }) };
    }
  }
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(form.accountId.trim())) {
    return { field: 'accountId', text: i18n.t('form.accountIdWrong') };
  }
  return undefined;
}

/**
 * Only for a form without objection. `before`: the form as it was loaded, absent for a new account. What the reader left
 * alone is not in the draft: somebody else may have changed it meanwhile, by hand or over the wire.
 */
export function draftOf(
  kind: ChannelKindView,
  form: AccountForm,
  before: AccountForm | undefined,
): ChannelDraft {
  const values: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const { key, kind: type } of typedFields(kind)) {
    const value = form.typed[key]?.trim() ?? '';
    if (value !== (before?.typed[key] ?? '')) (type === 'secret' ? secrets : values)[key] = value;
  }
  const name = form.name.trim();
  return {
    channel: kind.id,
    accountId: form.accountId.trim(),
    create: before === undefined,
    ...(name === (before?.name ?? '') ? {} : { name }),
    values,
    secrets,
  };
}

/** A name is nobody's business but ours: the vendor is asked about what it gave, and only when that is another. */
export function needsCheck(
  kind: ChannelKindView,
  form: AccountForm,
  before: AccountForm | undefined,
): boolean {
  return typedFields(kind).some(({ key }) => form.typed[key]?.trim() !== before?.typed[key]);
}

/** Core's objection as this form can show it; undefined when it is about no field of it. */
export function objectionOf(kind: ChannelKindView, error: IpcError, i18n: I18n): Objection | undefined {
  const field = error.field?.replace(/^(?:values|secrets)\./, '');
  const isHere =
    field === 'accountId' || field === 'name' || typedFields(kind).some(({ key }) => key === field);
  if (field === undefined || !isHere) return undefined;
  switch (error.code) {
    case 'account_exists':
      return { field, text: i18n.t('form.exists') };
    case 'in_use':
      return { field, text: i18n.t('form.inUse') };
    case 'rejected':
      return { field, text: i18n.t('form.atFault') };
    default: {
      if (field === 'accountId') return { field, text: i18n.t('form.accountIdWrong') };
      const isUrl = kind.fields.some((each) => each.key === field && each.kind === 'url');
      return { field, text: i18n.t(isUrl ? 'form.url' : 'form.notAllowed') };
    }
  }
}

export type Verdict = 'rejected' | 'unreachable' | 'unsure';

/** What the vendor's no means: a verdict about the credential, or that there was none. */
export function verdictOf({ failure }: IpcError): Verdict {
  switch (failure?.class) {
    case undefined:
    case 'network':
      return 'unreachable';
    case 'server':
    case 'rate_limited':
      return 'unsure';
    default:
      return 'rejected';
  }
}

function typedOf(
  kind: ChannelKindView,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    typedFields(kind).map(({ key, choices }) => [key, values[key] ?? choices?.[0] ?? '']),
  );
}

function freeId(taken: readonly string[]): string {
  if (taken.length === 0) return 'default';
  for (let number = taken.length + 1; ; number += 1) {
    const id = `account-${number}`;
    if (!taken.includes(id)) return id;
  }
}
