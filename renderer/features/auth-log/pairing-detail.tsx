// The detail of an event about a device: what happened and what to do, which device, what it may or asked for, by
// whom. What the device says about itself is shown as text, on one line.

import type { ReactNode } from 'react';
import type { PairingEvent } from '../../../shared/model/auth-event';
import { useI18n } from '../../i18n/i18n-context';
import { Fact, Facts } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import { deviceName, shortId } from '../credentials/devices-view';
import { ScopeList } from '../credentials/scope-list';
import styles from './auth-log.module.css';
import { whoText } from './auth-log-view';
import { explainPairing, pairingEventText } from './pairing-event-view';

export interface PairingDetailProps {
  readonly event: PairingEvent;
  /** The fact of its time, as every event has it. */
  readonly when: ReactNode;
}

export function PairingDetail({ event, when }: PairingDetailProps) {
  const i18n = useI18n();
  const { t, language } = i18n;
  const { clientId, remoteIp, browserOrigin, pairingReason, roles, scopes } = event;
  const address = foreignText(remoteIp ?? '');
  const origin = foreignText(browserOrigin ?? '');
  return (
    <>
      <StatusMark tone="muted" shape="key" size={16} />
      <h2 dir="auto" data-testid="detail-pairing">
        {pairingEventText(event, i18n)}
      </h2>
      <p className={styles.merged} data-testid="detail-cause">
        {explainPairing(event, i18n)}
      </p>
      <Facts>
        <Fact name={t('detail.device')}>{deviceName(event)}</Fact>
        <Fact name={t('pairing.key')} help={t('pairing.key.help')}>
          <code title={t('pairing.key.help')}>{shortId(event.deviceId)}</code>
        </Fact>
        {clientId !== undefined && <Fact name={t('pairing.program')}>{foreignText(clientId)}</Fact>}
        {pairingReason !== undefined && (
          <Fact name={t('detail.cause')}>{t(`pairing.reason.${pairingReason}`)}</Fact>
        )}
        {address !== '' && (
          <Fact name={t('pairing.from')}>
            {origin === '' ? address : t('pairing.fromPage', { address, origin })}
          </Fact>
        )}
        <Fact name={t('pairing.role')}>{roles.map((role) => language.roles[role]).join('; ')}</Fact>
        <Fact name={t('detail.rights')} testId="detail-rights">
          {scopes.length === 0 ? t('devices.mayNothing') : <ScopeList scopes={scopes} />}
        </Fact>
        <Fact name={t('detail.by')}>{whoText(event.by, i18n)}</Fact>
        {when}
      </Facts>
    </>
  );
}
