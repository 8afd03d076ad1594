// The gateway's own facts and its start, stop and restart. Says who is affected before it stops anything.

import { Copy, Play, RotateCw, Square } from 'lucide-react';
import { useState } from 'react';
import type { StatusSnapshot } from '../../../shared/model/status';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age, Elapsed } from '../../ui/age';
import { Button, IconButton } from '../../ui/button';
import { Card, Fact, Facts, InlineError } from '../../ui/card';
import { StatusWord } from '../../ui/status-mark';
import { GATEWAY_MARKS } from '../shell/status-view';
import { RestartDialog } from './restart-dialog';
import { StopDialog } from './stop-dialog';

/** Above this, answers become noticeably late. */
const SLOW_LOOP_MS = 100;

export function GatewayCard({ snapshot }: { readonly snapshot: StatusSnapshot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { gateway } = snapshot;
  const start = useAction(() => api.call('gateway.start'));
  const stopTrying = useAction(() => api.call('gateway.stop'));
  const copy = useAction(() => api.call('app.copyAddress'));
  const [asking, setAsking] = useState<'stop' | 'restart'>();
  const running = gateway.state === 'listening';
  const canStart = gateway.state === 'stopped' || gateway.state === 'failed';
  const delay = { value: i18n.duration(snapshot.eventLoopDelayP99Ms) };
  const error = start.error ?? stopTrying.error ?? copy.error;
  return (
    <Card
      title={t('overview.gateway')}
      help={t('overview.gateway.help')}
      aside={<StatusWord {...GATEWAY_MARKS[gateway.state]}>{t(`gateway.${gateway.state}`)}</StatusWord>}
      testId="card-gateway"
      footer={
        <>
          {canStart && (
            <Button
              weight="primary"
              icon={<Play size={13} aria-hidden="true" />}
              busy={start.busy}
              onClick={() => void start.run()}
              testId="gateway-start"
            >
              {t('common.start')}
            </Button>
          )}
          {gateway.state === 'port-taken' && (
            <Button busy={stopTrying.busy} onClick={() => void stopTrying.run()} testId="gateway-stop-trying">
              {t('overview.stopTrying')}
            </Button>
          )}
          {running && (
            <>
              <Button
                icon={<RotateCw size={13} aria-hidden="true" />}
                onClick={() => setAsking('restart')}
                testId="gateway-restart"
              >
                {t('common.restart')}
              </Button>
              <Button
                icon={<Square size={12} aria-hidden="true" />}
                onClick={() => setAsking('stop')}
                testId="gateway-stop"
              >
                {t('common.stop')}
              </Button>
            </>
          )}
          {error && <InlineError>{i18n.error(error)}</InlineError>}
        </>
      }
    >
      <Facts>
        <Fact name={t('overview.address')} testId="gateway-address">
          {gateway.url === undefined ? (
            t('overview.address.none')
          ) : (
            <>
              <code>{gateway.url}</code>{' '}
              <IconButton
                label={t('strip.copyAddress')}
                icon={<Copy size={13} aria-hidden="true" />}
                onClick={() => void copy.run()}
              />
            </>
          )}
        </Fact>
        {running ? (
          <Fact name={t('overview.uptime')} testId="gateway-uptime">
            <Elapsed since={gateway.since} />
          </Fact>
        ) : (
          <Fact name={t('overview.since')}>
            <Age at={gateway.since} />
          </Fact>
        )}
        <Fact name={t('overview.clients')} testId="gateway-clients">
          {i18n.number(gateway.clients)}
        </Fact>
        <Fact name={t('overview.loopDelay')} testId="event-loop-delay">
          {snapshot.eventLoopDelayP99Ms < SLOW_LOOP_MS
            ? t('overview.loopDelay.fine', delay)
            : t('overview.loopDelay.slow', delay)}
        </Fact>
      </Facts>
      <StopDialog open={asking === 'stop'} clients={gateway.clients} onClose={() => setAsking(undefined)} />
      <RestartDialog
        open={asking === 'restart'}
        clients={gateway.clients}
        onClose={() => setAsking(undefined)}
      />
    </Card>
  );
}
