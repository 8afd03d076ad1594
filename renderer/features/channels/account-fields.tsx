// The inputs of the account dialog, made of the channel's table: each with its help, and core's objection at its field.

import { useState } from 'react';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import type { ChannelField } from '../../../shared/model/channel-kinds';
import { useI18n } from '../../i18n/i18n-context';
import { Select } from '../../ui/select';
import { type AccountForm, fieldHelp, fieldLabel, type Objection, typedFields } from './account-form';
import styles from './channels.module.css';
import { textAt } from './channels-view';
import { FormField } from './form-field';

export interface AccountFieldsProps {
  readonly formId: string;
  readonly kind: ChannelKindView;
  readonly form: AccountForm;
  readonly change: (part: Partial<AccountForm>) => void;
  readonly objection: Objection | undefined;
  /** Keys of the secrets that are stored. */
  readonly stored: readonly string[];
  readonly create: boolean;
  /** What is typed is being checked or saved: it can be read, not changed. */
  readonly busy: boolean;
}

const MAX_VALUE = 512;
const MAX_SECRET = 4_096;

/** What everybody has to look at stands open; the rest is one click away, and open as soon as something is wrong there. */
export function AccountFields(props: AccountFieldsProps) {
  const { kind, form, objection, create } = props;
  const { t } = useI18n();
  const rest = typedFields(kind).filter((field) => isRest(kind, field));
  const [isOpen, setOpen] = useState(rest.some(({ key }) => (form.typed[key] ?? '') !== ''));
  const restKeys = [...rest.map(({ key }) => key), ...(create ? ['name', 'accountId'] : [])];
  return (
    <>
      {typedFields(kind)
        .filter((field) => !isRest(kind, field))
        .map((field) => (
          <OneField key={field.key} field={field} {...props} />
        ))}
      {!create && <NameField {...props} />}
      {restKeys.length > 0 && (
        <details
          className={styles.more}
          open={isOpen || (objection !== undefined && restKeys.includes(objection.field))}
          onToggle={(event) => setOpen(event.currentTarget.open)}
          data-testid="account-more"
        >
          <summary>{t('form.more')}</summary>
          <div className={styles.form}>
            {rest.map((field) => (
              <OneField key={field.key} field={field} {...props} />
            ))}
            {create && <NameField {...props} />}
            {create && <IdField {...props} />}
          </div>
        </details>
      )}
    </>
  );
}

/** Other servers than the vendor's own. */
function isRest(kind: ChannelKindView, field: ChannelField): boolean {
  return kind.setUp === 'fields' && field.kind === 'url';
}

function errorAt(objection: Objection | undefined, field: string): string | undefined {
  return objection?.field === field ? objection.text : undefined;
}

function NameField({ formId, form, change, objection, busy }: AccountFieldsProps) {
  const { t } = useI18n();
  return (
    <FormField
      id={`${formId}-name`}
      label={t('form.optional', { label: t('form.name') })}
      value={form.name}
      onChange={(name) => change({ name })}
      help={t('form.name.help')}
      error={errorAt(objection, 'name')}
      readOnly={busy}
      maxLength={80}
      testId="account-name"
    />
  );
}

function IdField({ formId, form, change, objection, busy }: AccountFieldsProps) {
  const { t } = useI18n();
  return (
    <FormField
      id={`${formId}-accountId`}
      label={t('form.accountId')}
      value={form.accountId}
      onChange={(accountId) => change({ accountId })}
      help={t('form.accountId.help')}
      error={errorAt(objection, 'accountId')}
      readOnly={busy}
      maxLength={64}
      mono
      testId="account-id"
    />
  );
}

interface OneFieldProps extends AccountFieldsProps {
  readonly field: ChannelField;
}

function OneField({ field, formId, kind, form, change, stored, busy, objection }: OneFieldProps) {
  const i18n = useI18n();
  const { key, choices } = field;
  const label = fieldLabel(kind, field, i18n);
  const help = fieldHelp(kind, field, i18n);
  const value = form.typed[key] ?? '';
  const set = (next: string) => change({ typed: { ...form.typed, [key]: next } });
  if (choices !== undefined) {
    return (
      <div>
        <div className={styles.choice}>
          <span>{label}</span>
          <Select
            label={label}
            value={value}
            items={choices.map((each) => ({ value: each, label: textAt(`choice.${each}`, i18n) ?? each }))}
            onChange={set}
            disabled={busy}
            describedBy={help && `${formId}-${key}-help`}
            testId={`field-${key}`}
          />
        </div>
        {help !== undefined && (
          <p id={`${formId}-${key}-help`} className={styles.hint}>
            {help}
          </p>
        )}
      </div>
    );
  }
  const secret = field.kind === 'secret';
  return (
    <FormField
      id={`${formId}-${key}`}
      label={label}
      value={value}
      onChange={set}
      help={help}
      error={errorAt(objection, key)}
      secret={secret}
      placeholder={secret && stored.includes(key) ? i18n.t('form.stored') : undefined}
      readOnly={busy}
      maxLength={secret ? MAX_SECRET : MAX_VALUE}
      mono
      testId={`field-${key}`}
    />
  );
}
