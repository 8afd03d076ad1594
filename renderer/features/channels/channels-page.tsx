// Channels: which one works, how we know, since when. A list on the left, the selected account on the right.

import { Webhook } from 'lucide-react';
import { useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useTime } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { InlineError, Page } from '../../ui/card';
import { ClipboardNote } from '../../ui/clipboard-note';
import { StatusWord } from '../../ui/status-mark';
import { ChannelDetail } from './channel-detail';
import styles from './channels.module.css';
import { channelTitle, evidenceText, isSetUp, WORD_MARKS } from './channels-view';
import { WebhookSetup } from './webhook-setup';

const keyOf = (status: ChannelAccountStatus) => `${status.channel}/${status.accountId}`;

export function ChannelsPage() {
  const i18n = useI18n();
  const { t } = i18n;
  const snapshot = useSnapshot();
  const [picked, setPicked] = useState<string>();
  const [clearsAt, setClearsAt] = useState<number>();
  const [secretError, setSecretError] = useState<IpcError>();
  const channels = snapshot?.channels.filter(isSetUp) ?? [];
  const selected = channels.find((status) => keyOf(status) === picked) ?? channels[0];
  const offersWebhook = snapshot !== undefined && !channels.some((status) => status.channel === 'webhook');
  return (
    <Page id="channels" title={t('channels.title')} intro={t('channels.intro')}>
      {offersWebhook && <WebhookSetup onSecret={setClearsAt} onSecretFailed={setSecretError} />}
      {clearsAt !== undefined && <ClipboardNote clearsAt={clearsAt} />}
      {secretError && (
        <InlineError>
          {t('channels.setup.later')} {i18n.error(secretError)}
        </InlineError>
      )}
      {snapshot && selected && (
        <div className={styles.split}>
          <div className={styles.list}>
            {channels.map((status) => (
              <ChannelRow
                key={keyOf(status)}
                status={status}
                selected={status === selected}
                onSelect={() => setPicked(keyOf(status))}
              />
            ))}
          </div>
          <ChannelDetail
            key={keyOf(selected)}
            status={selected}
            gateway={snapshot.gateway}
            onSecret={setClearsAt}
          />
        </div>
      )}
    </Page>
  );
}

interface ChannelRowProps {
  readonly status: ChannelAccountStatus;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function ChannelRow({ status, selected, onSelect }: ChannelRowProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { word } = status;
  const evidence = useTime((now) => evidenceText(status, i18n, now));
  return (
    <button
      type="button"
      className={styles.row}
      aria-pressed={selected}
      onClick={onSelect}
      data-testid={`channel-${status.channel}-${status.accountId}`}
      data-word={word}
    >
      <Webhook size={18} strokeWidth={1.7} aria-hidden="true" />
      <span className={styles.rowText}>
        <span className={styles.rowTop}>
          <span className={styles.name}>{channelTitle(status)}</span>
          <span className={styles.account}>{t('channels.account', { account: status.accountId })}</span>
        </span>
        <StatusWord {...WORD_MARKS[word]} size={13}>
          {t(`word.${word}`)}
        </StatusWord>
        <span className={styles.evidence} data-testid="evidence">
          {evidence}
        </span>
        {status.lastInboundAt !== undefined && (
          <span className={styles.evidence}>
            {t('channels.column.lastIn')} <Age at={status.lastInboundAt} />
          </span>
        )}
      </span>
    </button>
  );
}
