// Credentials: the token by its fingerprint, what changes it, who still uses an old one, and past generations.

import type { PastGeneration } from '../../../shared/model/token';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Card, EmptyState, Fingerprint, Page } from '../../ui/card';
import { StatusMark } from '../../ui/status-mark';
import styles from './credentials.module.css';
import { GraceCard } from './grace-card';
import { TokenCard } from './token-card';

export function CredentialsPage() {
  const { t } = useI18n();
  const snapshot = useSnapshot();
  const credential = snapshot?.credential;
  return (
    <Page id="credentials" title={t('cred.title')} intro={t('cred.intro')}>
      {snapshot && credential?.state === 'ready' && (
        <>
          <TokenCard credential={credential} clients={snapshot.gateway.clients} />
          {credential.grace && <GraceCard key={credential.grace.generation} grace={credential.grace} />}
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
