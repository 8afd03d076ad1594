// One conversation, newest message last. Stays at the newest unless the reader has scrolled up.

import { ArrowLeft } from 'lucide-react';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import type { AccountRef, ConversationView } from '../../../shared/ipc/channels';
import type { JournalMessage } from '../../../shared/model/channel';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import styles from './messages.module.css';
import { conversationName, messageText, senderName } from './messages-view';
import { useLive } from './use-live';

const FIRST = 50;
/** What main gives at most. */
const MOST = 200;
const NEAR_END_PX = 40;

export interface ThreadProps {
  readonly account: AccountRef;
  readonly conversation: ConversationView;
  readonly onBack: () => void;
}

export function Thread({ account, conversation, onBack }: ThreadProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { channel, accountId } = account;
  const { conversationId, chatType } = conversation;
  const [limit, setLimit] = useState(FIRST);
  const ask = useCallback(
    () => api.call('messages.query', { channel, accountId, conversationId, limit }),
    [api, channel, accountId, conversationId, limit],
  );
  const { value: page, error } = useLive(ask);
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const newest = page?.messages[0]?.seq;
  useLayoutEffect(() => {
    const element = list.current;
    if (newest !== undefined && element && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [newest]);
  return (
    <section className={styles.thread} data-testid="thread">
      <header className={styles.threadHead}>
        <Button
          weight="quiet"
          icon={<ArrowLeft size={14} aria-hidden="true" />}
          onClick={onBack}
          testId="thread-back"
        >
          {t('messages.all')}
        </Button>
        <bdi className={styles.who}>{conversationName(conversation)}</bdi>
        {chatType !== undefined && <span className={styles.type}>{t(`messages.chat.${chatType}`)}</span>}
      </header>
      <p className={styles.id}>
        <code>{foreignText(conversationId)}</code>
      </p>
      {error && (
        <InlineError>
          {t('messages.failed')} {i18n.error(error)}
        </InlineError>
      )}
      <ol
        className={styles.messages}
        ref={list}
        aria-label={t('messages.thread')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {page?.nextCursor !== undefined && limit < MOST && (
          <li>
            <Button weight="quiet" onClick={() => setLimit(MOST)} testId="thread-older">
              {t('messages.older')}
            </Button>
          </li>
        )}
        {[...(page?.messages ?? [])].reverse().map((message) => (
          <li key={message.seq}>
            <Message message={message} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Message({ message }: { readonly message: JournalMessage }) {
  const i18n = useI18n();
  return (
    <div className={styles.message} data-direction={message.direction} data-testid="message">
      <p className={styles.meta}>
        <bdi>{senderName(message, i18n)}</bdi> <Age at={message.at} />
      </p>
      <p className={styles.text} dir="auto">
        {messageText(message, i18n)}
      </p>
    </div>
  );
}
