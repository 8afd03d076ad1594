// Overview's channels: those that need a person first, then the rest; an offer when there is none.

import type { ChannelAccountStatus } from '../../../shared/model/channel';
import type { StatusSnapshot } from '../../../shared/model/status';
import { useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Card, EmptyState } from '../../ui/card';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import {
  channelTitle,
  channelTotals,
  evidenceText,
  needsAttention,
  WORD_MARKS,
} from '../channels/channels-view';
import { useNavigate } from '../shell/navigation';
import styles from './overview.module.css';

const SHOWN = 3;

export function ChannelsCard({ snapshot }: { readonly snapshot: StatusSnapshot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const navigate = useNavigate();
  const { channels } = snapshot;
  const totals = channelTotals(channels);
  const rows = [...channels].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  return (
    <Card
      title={t('overview.channels')}
      testId="card-channels"
      aside={
        channels.length > 0 && (
          <>
            <span>
              {totals.unknown > 0
                ? t('overview.channels.unknown')
                : t('strip.channels', { up: totals.up, total: totals.total })}
            </span>
            <Button weight="quiet" onClick={() => navigate('channels')}>
              {t('overview.channels.all')}
            </Button>
          </>
        )
      }
    >
      {rows.length === 0 ? (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={18} />}
          title={t('overview.channels.none')}
          help={t('overview.channels.noneHelp')}
          action={<Button onClick={() => navigate('channels')}>{t('overview.channels.setUp')}</Button>}
          testId="channels-empty"
        />
      ) : (
        <ul className={styles.rows}>
          {rows.map((status) => (
            <li key={`${status.channel}/${status.accountId}`}>
              <ChannelLine status={status} onOpen={() => navigate('channels')} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function rank({ word }: ChannelAccountStatus): number {
  if (needsAttention(word)) return 0;
  return word === 'off' ? 2 : 1;
}

interface ChannelLineProps {
  readonly status: ChannelAccountStatus;
  readonly onOpen: () => void;
}

function ChannelLine({ status, onOpen }: ChannelLineProps) {
  const i18n = useI18n();
  const { word } = status;
  const evidence = useTime((now) => evidenceText(status, i18n, now));
  return (
    <button type="button" className={styles.row} onClick={onOpen}>
      <span className={styles.rowTop}>
        <span className={styles.rowName}>
          <bdi>{channelTitle(status, i18n)}</bdi>
        </span>
        <StatusWord {...WORD_MARKS[word]}>{i18n.t(`word.${word}`)}</StatusWord>
      </span>
      <span className={styles.rowSub}>{evidence}</span>
    </button>
  );
}
