// Overview's line about devices that wait to be let in: one by name, several by number. Leads to where it is decided.

import { useObservable, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { StatusMark } from '../../ui/status-mark';
import { deviceName } from '../credentials/devices-view';
import { useNavigate } from '../shell/navigation';
import styles from './overview.module.css';

export function PairingNotice() {
  const { t } = useI18n();
  const navigate = useNavigate();
  const pending = useObservable(useServices().devices.state).view?.pending ?? [];
  const [first] = pending;
  if (!first) return null;
  return (
    <div className={styles.needsYou} data-testid="pairing-notice">
      <StatusMark tone="warn" shape="key" size={16} />
      <span dir="auto">
        {pending.length === 1
          ? t('overview.pairing', { name: deviceName(first) })
          : t('pairing.title', { count: pending.length })}
      </span>
      <Button onClick={() => navigate('credentials')}>{t('overview.pairing.review')}</Button>
    </div>
  );
}
