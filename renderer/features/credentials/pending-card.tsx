// The requests that wait for a person, on top of the page. An approval is sent with the hash of what stood here,
// and only after it has stood here for a second.

import type { PairedDevice, PendingPairing } from '../../../shared/model/device';
import { useAction, useServices, useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Card, Fact, Facts, InlineError } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import styles from './devices.module.css';
import { deviceName, endsAt, platformText, programText, shortId, shownKey } from './devices-view';
import { ScopeList } from './scope-list';
import { useArmed } from './use-armed';

export interface PendingCardProps {
  readonly pending: readonly PendingPairing[];
  readonly paired: readonly PairedDevice[];
}

export function PendingCard({ pending, paired }: PendingCardProps) {
  const { t } = useI18n();
  // One guard for all: a request that comes or goes moves the others under the pointer.
  const armed = useArmed(shownKey(pending));
  return (
    <Card
      title={t('pairing.title', { count: pending.length })}
      aside={<StatusMark tone="warn" shape="key" />}
      help={t('pairing.help')}
      tone="warn"
      testId="card-pending"
    >
      {pending.map((request) => (
        <PendingRequest
          key={request.requestId}
          request={request}
          device={paired.find(({ deviceId }) => deviceId === request.deviceId)}
          armed={armed}
        />
      ))}
    </Card>
  );
}

interface PendingRequestProps {
  readonly request: PendingPairing;
  /** What is known of it, when it is paired already. */
  readonly device: PairedDevice | undefined;
  readonly armed: boolean;
}

function PendingRequest({ request, device, armed }: PendingRequestProps) {
  const i18n = useI18n();
  const { t, language } = i18n;
  const { api, devices } = useServices();
  const { requestId, shownHash } = request;
  const approve = useAction(async () => {
    const reply = await api.call('devices.approve', { requestId, shownHash });
    // What stands here is no longer what main has: show that.
    if (!reply.ok) await devices.reload();
    return reply;
  });
  const reject = useAction(() => api.call('devices.reject', { requestId }));
  const asked = useTime((now) =>
    // A device that asks again is not announced anew: past its known end nothing is said of it.
    endsAt(request) > now
      ? t('pairing.askedEnds', { age: i18n.age(request.ts, now), end: i18n.age(endsAt(request), now) })
      : i18n.age(request.ts, now),
  );
  const address = foreignText(request.remoteIp);
  const origin = foreignText(request.browserOrigin ?? '');
  const platform = platformText(request);
  const before = device ? platformText(device) : '';
  return (
    <article className={styles.request} data-testid="pending-request" data-reason={request.reason}>
      <h3 dir="auto">{deviceName(request)}</h3>
      <p className={styles.reason}>{t(`pairing.reason.${request.reason}`)}</p>
      <div className={styles.columns}>
        <Facts>
          <Fact name={t('pairing.program')}>{programText(request)}</Fact>
          {platform !== '' && (
            <Fact name={t('pairing.platform')} testId="pending-platform">
              {before === '' || before === platform
                ? platform
                : t('pairing.platformChanged', { platform, before })}
            </Fact>
          )}
          <Fact name={t('pairing.from')} testId="pending-from">
            {origin === '' ? address : t('pairing.fromPage', { address, origin })}
          </Fact>
          <Fact name={t('pairing.role')}>{language.roles[request.role]}</Fact>
          <Fact name={t('pairing.key')} help={t('pairing.key.help')}>
            <code title={t('pairing.key.help')}>{shortId(request.deviceId)}</code>
          </Fact>
          <Fact name={t('pairing.asked')}>{asked}</Fact>
        </Facts>
        <div className={styles.asks}>
          <h4>{t(request.scopes.length === 0 ? 'pairing.asksNothing' : 'pairing.asks')}</h4>
          <ScopeList scopes={request.scopes} held={device?.scopes} />
        </div>
      </div>
      <div className={styles.acts}>
        <Button
          weight="primary"
          disabled={!armed}
          busy={approve.busy}
          onClick={() => void approve.run()}
          testId="pending-approve"
        >
          {t('pairing.approve')}
        </Button>
        <Button busy={reject.busy} onClick={() => void reject.run()} testId="pending-reject">
          {t('pairing.reject')}
        </Button>
        {!armed && <span className={styles.wait}>{t('pairing.wait')}</span>}
        {approve.error && <InlineError>{i18n.error(approve.error)}</InlineError>}
        {reject.error && <InlineError>{i18n.error(reject.error)}</InlineError>}
      </div>
    </article>
  );
}
