// Credentials: who asks to be let in, the token by its fingerprint and what changes it, who still uses an old one,
// paired devices, and past generations.

import type { PastGeneration } from '../../../shared/model/token';
import { useObservable, useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Card, EmptyState, Fingerprint, Page } from '../../ui/card';
import { StatusMark } from '../../ui/status-mark';
import styles from './credentials.module.css';
import { DevicesCard } from './devices-card';
import { GraceCard } from './grace-card';
import { PendingCard } from './pending-card';
import { TokenCard } from './token-card';

export function CredentialsPage() {
  const { t } = useI18n();
  const snapshot = useSnapshot();
  const credential = snapshot?.credential;
  const { devices } = useServices();
  const { view, error } = useObservable(devices.state);
  return (
    <Page id="credentials" title={t('cred.title')} intro={t('cred.intro')}>
      {view && view.pending.length > 0 && <PendingCard pending={view.pending} paired={view.paired} />}
      {snapshot && credential?.state === 'ready' && (
        <>
          <TokenCard credential={credential} clients={snapshot.gateway.clients} />
          {credential.grace && <GraceCard key={credential.grace.generation} grace={credential.grace} />}
          <DevicesCard paired={view?.paired} error={error} onRetry={() => void devices.reload()} />
          <PastGenerations past={credential.past} />
        </>
      )}
      {credential?.state === 'starting' && (
        <EmptyState mark={<StatusMark tone="info" shape="ring" size={18} />} title={t('cred.starting')} />
      )}
      {credential?.state === 'locked' && (
        <EmptyState
          mark={<StatusMark tone="warn" shape="key" size={20} />}
          title={t('cred.locked')}
          testId="credential-locked"
        />
      )}
    </Page>
  );
}

function PastGenerations({ past }: { readonly past: readonly PastGeneration[] }) {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <Card title={t('past.title')} help={t('past.help')} testId="past-generations">
      {past.length === 0 ? (
        <p className={styles.none}>{t('past.none')}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('past.column.generation')}</th>
              <th scope="col">{t('past.column.fingerprint')}</th>
              <th scope="col">{t('past.column.retired')}</th>
              <th scope="col">{t('past.column.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {[...past].reverse().map((entry) => (
              <tr key={entry.generation}>
                <td>{i18n.number(entry.generation)}</td>
                <td>
                  <Fingerprint value={entry.fingerprint} />
                </td>
                <td>
                  <Age at={entry.retiredAt} />
                </td>
                <td>{t(`past.reason.${entry.reason}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
