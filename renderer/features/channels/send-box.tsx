// Sends a test message and says in words how it went. The recipient is the open conversation, or else the newest one
// until somebody types another.

import { useId, useState } from 'react';
import type { ConversationView } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import styles from './channels.module.css';
import { failureText, kindName } from './channels-view';
import { FailureBox } from './failure-box';
import { FormField } from './form-field';
import { conversationName, isPlain } from './messages-view';

export interface SendBoxProps {
  readonly status: ChannelAccountStatus;
  readonly conversations: readonly ConversationView[];
  /** The open conversation. */
  readonly to: string | undefined;
}

export function SendBox({ status, conversations, to: opened }: SendBoxProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const id = useId();
  const { channel, accountId, label, canSend } = status;
  const newest = conversations[0]?.conversationId;
  const [proposed, setProposed] = useState(newest);
  // Once only: who gets it must not change under the reader, nor may what he has typed be lost.
  if (proposed === undefined && newest !== undefined) setProposed(newest);
  const [typed, setTyped] = useState<string>();
  const to = opened ?? typed ?? proposed ?? '';
  const [text, setText] = useState<string>(t('send.text.default'));
  const send = useAction(() => api.call('messages.send', { channel, accountId, to: to.trim(), text }));
  const vendor = kindName(channel, label, i18n);
  const refusal = canSend ? undefined : whyNot(status, i18n);
  return (
    <section className={styles.send} data-testid="send-box">
      <h3>{t('send.title')}</h3>
      {refusal !== undefined && <p className={styles.hint}>{refusal}</p>}
      <form
        className={styles.form}
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (canSend && to.trim() !== '' && text.trim() !== '') void send.run();
        }}
      >
        {opened === undefined && (
          <FormField
            id={`${id}-to`}
            label={t('send.to')}
            value={to}
            onChange={setTyped}
            help={t('send.to.help')}
            disabled={!canSend}
            maxLength={512}
            mono
            suggestions={conversations.filter(isPlain).map((conversation) => ({
              value: conversation.conversationId,
              label: conversationName(conversation),
            }))}
            testId="send-to"
          />
        )}
        <FormField
          id={`${id}-text`}
          label={t('send.text')}
          value={text}
          onChange={setText}
          disabled={!canSend}
          maxLength={4_000}
          testId="send-text"
        />
        <div>
          <Button
            type="submit"
            busy={send.busy}
            disabled={!canSend || to.trim() === '' || text.trim() === ''}
            testId="send-action"
          >
            {t('send.action')}
          </Button>
        </div>
      </form>
      {send.value !== undefined && (
        <p className={styles.done} role="status" data-testid="send-done">
          {t('send.sent', { vendor })}
        </p>
      )}
      {send.error && <NotSent error={send.error} vendor={vendor} />}
    </section>
  );
}

interface NotSentProps {
  readonly error: IpcError;
  readonly vendor: string;
}

function NotSent({ error, vendor }: NotSentProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { failure } = error;
  if (error.code === 'invalid') return <InlineError>{t('send.invalid', { vendor })}</InlineError>;
  // The page's own patience ended, not main's.
  if (error.code === 'no_answer') return <InlineError>{t('send.unknownOutcome')}</InlineError>;
  if (failure === undefined) return <InlineError>{i18n.error(error)}</InlineError>;
  if (failure.code === 'not_connected') return <InlineError>{t('send.notConnected')}</InlineError>;
  if (failure.code === 'unknown_outcome') return <InlineError>{t('send.unknownOutcome')}</InlineError>;
  const { what, why, fix } = failureText(failure, i18n);
  const isUnsure = failure.message.includes('may have been sent');
  return (
    <FailureBox
      title={
        <>
          <strong>{t(isUnsure ? 'send.unsure' : 'send.notSent')}</strong> · {what}
        </>
      }
      failure={{ why, fix }}
      isNews
      testId="send-failed"
    />
  );
}

function whyNot({ channel, phase }: ChannelAccountStatus, { t }: I18n): string {
  return t(channel === 'webhook' && phase === 'ready' ? 'send.onlyReceives' : 'send.notConnected');
}
