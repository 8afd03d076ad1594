// One account in the list: what it is called, its word, and the proof behind the word with its age.

import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { StatusWord } from '../../ui/status-mark';
import { ChannelIcon } from './channel-icon';
import styles from './channels.module.css';
import { accountPlace, channelTitle, evidenceText, WORD_MARKS } from './channels-view';

export interface ChannelRowProps {
  readonly status: ChannelAccountStatus;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

export function ChannelRow({ status, selected, onSelect }: ChannelRowProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { word } = status;
  const place = accountPlace(status, i18n);
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
      <ChannelIcon channel={status.channel} />
      <span className={styles.rowText}>
        <span className={styles.rowTop}>
          <bdi className={styles.name}>{channelTitle(status, i18n)}</bdi>
          <span className={styles.word}>
            <StatusWord {...WORD_MARKS[word]} size={13}>
              {t(`word.${word}`)}
            </StatusWord>
          </span>
        </span>
        <span className={styles.evidence} data-testid="evidence">
          {evidence}
        </span>
        {(place !== '' || status.lastInboundAt !== undefined) && (
          <span className={styles.rowEnd}>
            <span className={styles.evidence}>{place}</span>
            {status.lastInboundAt !== undefined && (
              <span className={styles.lastIn}>
                {t('channels.column.lastIn')} <Age at={status.lastInboundAt} />
              </span>
            )}
          </span>
        )}
      </span>
    </button>
  );
}
