// The paired devices: what each may do, how it was let in, its tokens, and the two ways to end it.

import { useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { DeviceRole, DeviceTokenSummary, PairedDevice } from '../../../shared/model/device';
import { useServices, useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, EmptyState, Fact, Facts, InlineError } from '../../ui/card';
import { ConfirmDialog } from '../../ui/dialog';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import styles from './devices.module.css';
import { deviceName, platformText, programText, shortId, shortScopes } from './devices-view';
import { ScopeList } from './scope-list';

export interface DevicesCardProps {
  readonly paired: readonly PairedDevice[] | undefined;
  readonly error: IpcError | undefined;
  readonly onRetry: () => void;
}

export function DevicesCard({ paired, error, onRetry }: DevicesCardProps) {
  const i18n = useI18n();
  const { t } = i18n;
  return (
    <Card title={t('devices.title')} help={t('devices.help')} testId="card-devices">
      {!paired && !error && <p className={styles.none}>{t('devices.loading')}</p>}
      {!paired && error && (
        <EmptyState
          mark={<StatusMark tone="bad" shape="cross" size={18} />}
          title={t('devices.failed')}
          help={i18n.error(error)}
          action={<Button onClick={onRetry}>{t('common.retry')}</Button>}
          testId="devices-failed"
        />
      )}
      {paired && error && <InlineError>{i18n.error(error)}</InlineError>}
      {paired?.length === 0 && (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={18} />}
          title={t('devices.none')}
          help={t('devices.noneHelp')}
          testId="devices-empty"
        />
      )}
      {paired?.map((device) => (
        <Device key={device.deviceId} device={device} />
      ))}
    </Card>
  );
}

function Device({ device }: { readonly device: PairedDevice }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const [asking, setAsking] = useState<'remove' | DeviceRole>();
  const close = () => setAsking(undefined);
  const { deviceId, approvedVia } = device;
  const name = deviceName(device);
  const platform = platformText(device);
  const approved = useTime((now) =>
    t(`devices.approved.${approvedVia}`, { age: i18n.age(device.approvedAtMs, now) }),
  );
  return (
    <article className={styles.device} data-testid="paired-device" data-device={deviceId}>
      <header>
        <h3 dir="auto">{name}</h3>
        <span className={styles.about}>{[programText(device), platform].filter(Boolean).join(' · ')}</span>
        <Button onClick={() => setAsking('remove')} testId="device-remove">
          {t('devices.remove')}
        </Button>
      </header>
      <Facts>
        <Fact name={t('devices.may')}>
          {device.scopes.length === 0 ? (
            t('devices.mayNothing')
          ) : (
            <ScopeList scopes={shortScopes(device.scopes)} />
          )}
        </Fact>
        <Fact name={t('devices.approved')} testId="device-approved">
          {approved}
        </Fact>
        <Fact name={t('devices.lastSeen')}>
          {device.lastSeenAtMs === undefined ? t('common.never') : <Age at={device.lastSeenAtMs} />}
        </Fact>
        <Fact name={t('pairing.key')} help={t('pairing.key.help')}>
          <code>{shortId(deviceId)}</code>
        </Fact>
      </Facts>
      {device.tokens.length === 0 ? (
        <p className={styles.none}>{t('devices.token.none')}</p>
      ) : (
        <Tokens tokens={device.tokens} onRevoke={setAsking} />
      )}
      <ConfirmDialog
        open={asking === 'remove'}
        onClose={close}
        title={t('devices.remove.title', { name })}
        confirm={t('devices.remove.confirm')}
        danger
        testId="dialog-remove-device"
        onConfirm={async () => {
          const reply = await api.call('devices.remove', { deviceId });
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{t('devices.remove.body')}</p>
        <p>{t(approvedVia === 'silent' ? 'devices.remove.afterSilent' : 'devices.remove.after')}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'operator' || asking === 'node'}
        onClose={close}
        title={t('devices.revoke.title', { name })}
        confirm={t('devices.revoke.confirm')}
        danger
        testId="dialog-revoke-token"
        onConfirm={async () => {
          if (asking !== 'operator' && asking !== 'node') return undefined;
          const reply = await api.call('devices.revokeToken', { deviceId, role: asking });
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{t('devices.revoke.body')}</p>
        <p>{t('devices.revoke.after')}</p>
      </ConfirmDialog>
    </article>
  );
}

interface TokensProps {
  readonly tokens: readonly DeviceTokenSummary[];
  readonly onRevoke: (role: DeviceRole) => void;
}

function Tokens({ tokens, onRevoke }: TokensProps) {
  const { t } = useI18n();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('devices.column.token')}</th>
          <th scope="col">{t('devices.column.issued')}</th>
          <th scope="col">{t('devices.column.used')}</th>
          <th scope="col">{t('devices.column.state')}</th>
          <th scope="col" aria-label={t('devices.revoke.confirm')} />
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.role} data-testid="device-token" data-role={token.role}>
            <td>{t(`devices.token.${token.role}`)}</td>
            <td>
              <Age at={token.rotatedAtMs ?? token.createdAtMs} />
            </td>
            <td>{token.lastUsedAtMs === undefined ? t('common.never') : <Age at={token.lastUsedAtMs} />}</td>
            <td>
              <TokenState token={token} />
            </td>
            <td>
              {token.revokedAtMs === undefined && (
                <Button weight="quiet" onClick={() => onRevoke(token.role)} testId="token-revoke">
                  {t('devices.revoke')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TokenState({ token }: { readonly token: DeviceTokenSummary }) {
  const i18n = useI18n();
  const { revokedAtMs } = token;
  const age = useTime((now) => (revokedAtMs === undefined ? '' : i18n.age(revokedAtMs, now)));
  return revokedAtMs === undefined ? (
    <StatusWord tone="ok" shape="tick" size={13}>
      {i18n.t('devices.token.active')}
    </StatusWord>
  ) : (
    <StatusWord tone="muted" shape="hollow" size={13}>
      {i18n.t('devices.token.revoked', { age })}
    </StatusWord>
  );
}
