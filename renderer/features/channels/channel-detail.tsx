// One account in full: its word and proof on top, below them how it stands or its messages, and what can be done with it.

import { Tabs } from '@base-ui/react/tabs';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import type { GatewayStatus } from '../../../shared/model/status';
import { useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Card } from '../../ui/card';
import { StatusWord } from '../../ui/status-mark';
import { AccountActions } from './account-actions';
import { AccountStatus } from './account-status';
import styles from './channels.module.css';
import { accountPlace, channelTitle, evidenceText, WORD_MARKS } from './channels-view';
import { MessagesPanel } from './messages-panel';
import { useWebhookForm, WebhookExample, WebhookFacts } from './webhook-panel';

export interface ChannelDetailProps {
  readonly status: ChannelAccountStatus;
  readonly gateway: GatewayStatus;
  /** Undefined until the table of channels is known. */
  readonly kind: ChannelKindView | undefined;
  readonly onEdit: () => void;
  readonly onLogin: () => void;
  readonly onSecret: (clearsAt: number) => void;
}

export function ChannelDetail({ status, gateway, kind, onEdit, onLogin, onSecret }: ChannelDetailProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { word } = status;
  const evidence = useTime((now) => evidenceText(status, i18n, now));
  const form = useWebhookForm(status);
  const place = accountPlace(status, i18n);
  return (
    <Card
      title={
        <>
          <bdi>{channelTitle(status, i18n)}</bdi>
          {place !== '' && <span className={styles.place}>{place}</span>}
        </>
      }
      testId="channel-detail"
      aside={
        <span role="status">
          <StatusWord {...WORD_MARKS[word]}>{t(`word.${word}`)}</StatusWord>
        </span>
      }
      help={evidence}
    >
      <Tabs.Root className={styles.tabs} defaultValue="status">
        <Tabs.List className={styles.tabList}>
          {(['status', 'messages'] as const).map((tab) => (
            <Tabs.Tab key={tab} value={tab} className={styles.tab} data-testid={`tab-${tab}`}>
              {t(`channels.tab.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="status" className={styles.tabPanel}>
          <AccountStatus status={status}>
            {status.channel === 'webhook' && (
              <WebhookFacts status={status} gatewayUrl={gateway.url} form={form} />
            )}
          </AccountStatus>
          <AccountActions
            status={status}
            gatewayIsUp={gateway.state === 'listening'}
            kind={kind}
            onEdit={onEdit}
            onLogin={onLogin}
            onSecret={onSecret}
          />
          {status.channel === 'webhook' && (
            <WebhookExample status={status} gatewayUrl={gateway.url} form={form} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="messages" className={styles.tabPanel}>
          <MessagesPanel status={status} />
        </Tabs.Panel>
      </Tabs.Root>
    </Card>
  );
}
