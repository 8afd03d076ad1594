// Where a task's text goes besides the connected programs: nowhere, into a conversation of a channel, or to a web
// address. Part of the task dialog.

import { useCallback, useId } from 'react';
import type { ConversationView } from '../../../shared/ipc/channels';
import type { IpcReply } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { InlineError } from '../../ui/card';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { FormField } from '../channels/form-field';
import { conversationName, isPlain } from '../channels/messages-view';
import { useLive } from '../channels/use-live';
import { accountItems, type TaskField, type TaskForm } from './task-form';
import styles from './tasks.module.css';

export interface DeliveryFieldsProps {
  readonly form: TaskForm;
  readonly change: (part: Partial<TaskForm>) => void;
  readonly errorAt: (field: TaskField) => string | undefined;
  /** The web address that is kept while no other is typed, as far as it may be shown. */
  readonly kept: string | undefined;
}

const WAYS = ['none', 'announce', 'webhook'] as const;

export function DeliveryFields({ form, change, errorAt, kept }: DeliveryFieldsProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const accounts = accountItems(useSnapshot()?.channels ?? [], form.account, i18n);
  const accountError = errorAt('delivery.channel') ?? errorAt('delivery.accountId');
  return (
    <>
      <div className={styles.choice}>
        <span>{t('tasks.field.delivery')}</span>
        <Select
          label={t('tasks.field.delivery')}
          value={form.delivery}
          items={WAYS.map((value) => ({ value, label: t(`tasks.way.${value}`) }))}
          onChange={(delivery) => change({ delivery })}
          testId="task-delivery"
        />
      </div>
      {form.delivery === 'announce' && (
        <>
          <div className={styles.choice}>
            <span>{t('tasks.field.account')}</span>
            <Select
              label={t('tasks.field.account')}
              value={form.account}
              items={[
                { value: '', label: t(accounts.length > 0 ? 'tasks.account.choose' : 'tasks.account.none') },
                ...accounts,
              ]}
              onChange={(account) => change({ account, conversation: '' })}
              testId="task-account"
            />
          </div>
          {accountError !== undefined && <InlineError>{accountError}</InlineError>}
          <ConversationField key={form.account} form={form} change={change} error={errorAt('delivery.to')} />
        </>
      )}
      {form.delivery === 'webhook' && (
        <TextField
          label={t('tasks.field.to')}
          value={form.to}
          onChange={(to) => change({ to })}
          help={
            kept === undefined || form.to !== ''
              ? `${t('tasks.field.to.help')} ${t('tasks.field.delivery.help')}`
              : t('tasks.field.to.kept', { address: kept })
          }
          error={errorAt('delivery.to')}
          type="url"
          maxLength={2_048}
          testId="task-to"
        />
      )}
    </>
  );
}

interface ConversationFieldProps extends Pick<DeliveryFieldsProps, 'form' | 'change'> {
  readonly error: string | undefined;
}

/** Of one account: offers who has written to it, and takes any other id. Without the list it is a plain field. */
function ConversationField({ form, change, error }: ConversationFieldProps) {
  const { t } = useI18n();
  const { api } = useServices();
  const [channel = '', accountId = ''] = form.account.split('/');
  const ask = useCallback(
    async (): Promise<IpcReply<readonly ConversationView[]>> =>
      accountId === '' ? { ok: true, value: [] } : api.call('messages.conversations', { channel, accountId }),
    [api, channel, accountId],
  );
  const { value: conversations = [] } = useLive(ask);
  return (
    <FormField
      id={useId()}
      label={t('tasks.field.conversation')}
      value={form.conversation}
      onChange={(conversation) => change({ conversation })}
      help={t('tasks.field.conversation.help')}
      error={error}
      maxLength={2_048}
      mono
      suggestions={conversations.filter(isPlain).map((conversation) => ({
        value: conversation.conversationId,
        label: conversationName(conversation),
      }))}
      testId="task-conversation"
    />
  );
}
