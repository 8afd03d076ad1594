// Overview: is it working, and what needs me? One sentence first, then its evidence.

import { useTime } from '../../bridge/services';
import { useSnapshotState } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { StatusMark } from '../../ui/status-mark';
import { type Mark, verdictMark, verdictOf, verdictText } from '../shell/status-view';
import { ChannelsCard } from './channels-card';
import { GatewayCard } from './gateway-card';
import styles from './overview.module.css';
import { PairingNotice } from './pairing-notice';
import { ProbeCard } from './probe-card';
import { RefusalsCard } from './refusals-card';

export function OverviewPage() {
  const { snapshot } = useSnapshotState();
  return (
    <div className={styles.page} data-testid="page-overview">
      <Headline />
      <PairingNotice />
      {snapshot && (
        <div className={styles.grid}>
          <GatewayCard snapshot={snapshot} />
          <ProbeCard snapshot={snapshot} />
          <ChannelsCard snapshot={snapshot} />
          <RefusalsCard />
        </div>
      )}
    </div>
  );
}

const LOST: Mark = { tone: 'bad', shape: 'question' };

function Headline() {
  const i18n = useI18n();
  const { snapshot, error } = useSnapshotState();
  const now = useTime((at) => at);
  const verdict = verdictOf(snapshot, now);
  const { title, next } = verdictText(verdict, snapshot, i18n, now);
  const lost = error !== undefined;
  return (
    <header
      className={styles.headline}
      data-testid="verdict"
      data-verdict={lost ? 'no-answer' : verdict.kind}
    >
      <StatusMark {...(lost ? LOST : verdictMark(verdict))} size={26} />
      <div>
        <h1>{lost ? i18n.t('verdict.no-answer') : title}</h1>
        <p>{lost ? i18n.t('verdict.next.no-answer', { error: i18n.error(error) }) : next}</p>
      </div>
    </header>
  );
}
