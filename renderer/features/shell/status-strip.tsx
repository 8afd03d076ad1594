// The line at the bottom of every page: gateway, address, clients, channels, refusals. Each part leads to the
// page that explains it; the address copies itself.

import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useAction, useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { StatusWord } from '../../ui/status-mark';
import { channelTotals } from '../channels/channels-view';
import { useNavigate } from './navigation';
import styles from './shell.module.css';
import { GATEWAY_MARKS } from './status-view';

export function StatusStrip() {
  const i18n = useI18n();
  const { t } = i18n;
  const snapshot = useSnapshot();
  const navigate = useNavigate();
  const { authLog } = useServices();
  if (!snapshot) return <footer className={styles.strip} data-testid="status-strip" />;
  const { gateway, channels, counters } = snapshot;
  const totals = channelTotals(channels);
  const channelText =
    totals.total === 0
      ? t('strip.noChannels')
      : totals.unknown > 0
        ? t('strip.channelsUnknown', { count: totals.unknown })
        : t('strip.channels', { up: totals.up, total: totals.total });
  return (
    <footer className={styles.strip} data-testid="status-strip">
      <button
        type="button"
        className={styles.part}
        onClick={() => navigate('overview')}
        data-testid="gateway-state"
        data-state={gateway.state}
      >
        <span className={styles.partName}>{t('strip.gateway')}</span>
        <StatusWord {...GATEWAY_MARKS[gateway.state]} size={12}>
          {t(`gateway.${gateway.state}`)}
        </StatusWord>
      </button>
      <Address url={gateway.url} />
      <span className={styles.part} data-testid="strip-clients">
        {t('strip.clients', { count: gateway.clients })}
      </span>
      <button
        type="button"
        className={styles.part}
        onClick={() => navigate('channels')}
        data-testid="strip-channels"
      >
        {channelText}
      </button>
      <button
        type="button"
        className={styles.part}
        data-testid="strip-refused"
        onClick={() => {
          authLog.setFilter({ outcome: 'refused', reason: 'any', text: '' });
          navigate('auth-log');
        }}
      >
        {t('strip.refused', { count: counters.refused24h })}
      </button>
    </footer>
  );
}

/** Shown as text until clicked; the text that is copied is main's, not the page's. */
function Address({ url }: { readonly url: string | undefined }) {
  const { t } = useI18n();
  const { api } = useServices();
  const copy = useAction(() => api.call('app.copyAddress'));
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2_000);
    return () => clearTimeout(timer);
  }, [copied]);
  if (url === undefined) {
    return (
      <span className={styles.part} data-testid="strip-address">
        {t('strip.noAddress')}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={styles.part}
      data-testid="strip-address"
      title={t('strip.copyAddress')}
      onClick={() => void copy.run().then(setCopied)}
    >
      <code>{url}</code>
      <span className={styles.partIcon}>
        {copied ? <Check size={12} aria-hidden="true" /> : <Copy size={12} aria-hidden="true" />}
      </span>
      <span className="visually-hidden" aria-live="polite">
        {copied ? t('strip.addressCopied') : ''}
      </span>
    </button>
  );
}
