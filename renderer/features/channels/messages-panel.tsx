// The messages of one account: its conversations, newest first, one of them in full, and a box to send a test message.
// Everything in here was written by strangers: it is text, never mark-up and never a link.

import { useCallback, useState } from 'react';
import type { ConversationView } from '../../../shared/ipc/channels';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { EmptyState, InlineError } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import styles from './messages.module.css';
import { conversationName, messageLine } from './messages-view';
import { SendBox } from './send-box';
import { Thread } from './thread';
import { useLive } from './use-live';

export function MessagesPanel({ status }: { readonly status: ChannelAccountStatus }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { channel, accountId } = status;
  const ask = useCallback(
    () => api.call('messages.conversations', { channel, accountId }),
    [api, channel, accountId],
  );
  const { value: conversations, error } = useLive(ask);
  const [opened, setOpened] = useState<string>();
  const shown = conversations?.find(({ conversationId }) => conversationId === opened);
  return (
    <div className={styles.panel} data-testid="messages-panel">
      {error && (
        <InlineError>
          {t('messages.failed')} {i18n.error(error)}
        </InlineError>
      )}
      {!conversations && !error && <p className={styles.faint}>{t('messages.loading')}</p>}
      {conversations?.length === 0 && (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={18} />}
          title={t('messages.none')}
          help={t('messages.noneHelp')}
          testId="messages-empty"
        />
      )}
      {shown && (
        <Thread
          key={`thread ${shown.conversationId}`}
          conversation={shown}
          account={{ channel, accountId }}
          onBack={() => setOpened(undefined)}
        />
      )}
      {!shown && conversations && conversations.length > 0 && (
        <ul className={styles.list} aria-label={t('messages.list')}>
          {conversations.map((conversation) => (
            <li key={conversation.conversationId}>
              <ConversationRow
                conversation={conversation}
                onOpen={() => setOpened(conversation.conversationId)}
              />
            </li>
          ))}
        </ul>
      )}
      {conversations && (
        <SendBox
          key={`send ${shown?.conversationId ?? ''}`}
          status={status}
          conversations={conversations}
          to={shown?.conversationId}
        />
      )}
    </div>
  );
}

interface ConversationRowProps {
  readonly conversation: ConversationView;
  readonly onOpen: () => void;
}

function ConversationRow({ conversation, onOpen }: ConversationRowProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { last, chatType, conversationId } = conversation;
  return (
    <button
      type="button"
      className={styles.conversation}
      onClick={onOpen}
      data-testid="conversation"
      title={foreignText(conversationId)}
    >
      <span className={styles.top}>
        <bdi className={styles.who}>{conversationName(conversation)}</bdi>
        {chatType !== undefined && <span className={styles.type}>{t(`messages.chat.${chatType}`)}</span>}
        <span className={styles.age}>
          <Age at={last.at} />
        </span>
      </span>
      <span className={styles.last}>
        {t(`messages.${last.direction}`)}: <bdi>{messageLine(last, i18n)}</bdi>
      </span>
    </button>
  );
}
