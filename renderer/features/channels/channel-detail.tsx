// One account in full: its proof, counts, last error with the fix, and what can be done with it.

import type { ReactNode } from 'react';
import { useState } from 'react';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import type { GatewayStatus } from '../../../shared/model/status';
import { type Action, useAction, useServices, useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, Fact, Facts, InlineError } from '../../ui/card';
import { ConfirmDialog } from '../../ui/dialog';
import { foreignText } from '../../ui/foreign-text';
import { StatusWord } from '../../ui/status-mark';
import styles from './channels.module.css';
import {
  channelTitle,
  coreText,
  deliveryUrl,
  evidenceText,
  needsAttention,
  WORD_MARKS,
} from './channels-view';
import { CurlExample } from './curl-example';

export interface ChannelDetailProps {
  readonly status: ChannelAccountStatus;
  readonly gateway: GatewayStatus;
  readonly onSecret: (clearsAt: number) => void;
}

export function ChannelDetail({ status, gateway, onSecret }: ChannelDetailProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const account = { channel: status.channel, accountId: status.accountId };
  const probe = useAction(() => api.call('channels.probe', account));
  const restart = useAction(() => api.call('channels.restart', account));
  const toggle = useAction(() => api.call('channels.setEnabled', { ...account, enabled: !status.enabled }));
  const newSecret = async () => {
    const reply = await api.call('channels.newSecret', account);
    if (reply.ok) onSecret(reply.value.clearsAt);
    return reply;
  };
  const first = useAction(newSecret);
  const [asking, setAsking] = useState(false);
  const { word } = status;
  const evidence = useTime((now) => evidenceText(status, i18n, now));
  const url = deliveryUrl(gateway.url, status.webhookPath);
  const running = status.enabled && status.configured && gateway.state === 'listening';
  // The first problem stands in the heading already while it is what keeps the channel down.
  const problems = needsAttention(word) ? status.problems.slice(1) : status.problems;

  return (
    <Card
      title={channelTitle(status)}
      testId="channel-detail"
      aside={<StatusWord {...WORD_MARKS[word]}>{t(`word.${word}`)}</StatusWord>}
      help={evidence}
    >
      {status.lastError && (
        <div className={styles.failure} data-testid="channel-error">
          <p>
            <strong>{i18n.language.failures[status.lastError.class]}</strong> <Age at={status.lastError.at} />
          </p>
          <p className={styles.fix}>{coreText(status.lastError.message, i18n)}</p>
          {status.lastError.fix !== undefined && (
            <p className={styles.fix}>{foreignText(status.lastError.fix)}</p>
          )}
        </div>
      )}
      <Facts>
        {status.webhookPath !== undefined && (
          <Fact name={t('channels.detail.path')} testId="webhook-path">
            <code>
              {gateway.url?.replace(/^ws/, 'http')}
              <wbr />
              {status.webhookPath}
            </code>
          </Fact>
        )}
        <Fact name={t('channels.detail.credential')}>
          {t(`channels.detail.credential.${status.credentialSource}`)}
        </Fact>
        <Fact name={t('channels.detail.received')}>{i18n.number(status.received)}</Fact>
        <Fact name={t('channels.detail.rejected')}>{i18n.number(status.rejected)}</Fact>
        <Fact name={t('channels.detail.lastIn')}>
          <When at={status.lastInboundAt} />
        </Fact>
        {status.lastOutboundAt !== undefined && (
          <Fact name={t('channels.detail.lastOut')}>
            <When at={status.lastOutboundAt} />
          </Fact>
        )}
        {status.reconnectAttempts > 0 && (
          <Fact name={t('channels.detail.attempts')}>{i18n.number(status.reconnectAttempts)}</Fact>
        )}
        {status.lastStartAt !== undefined && (
          <Fact name={t('channels.detail.started')}>
            <When at={status.lastStartAt} />
          </Fact>
        )}
        {status.lastDisconnect && (
          <Fact name={t('channels.detail.disconnect')}>
            {foreignText(status.lastDisconnect.error)} <When at={status.lastDisconnect.at} />
          </Fact>
        )}
        {status.probe && (
          <Fact name={t('channels.detail.probe')}>
            <ProbeText probe={status.probe} />
          </Fact>
        )}
        {problems.length > 0 && (
          <Fact name={t('channels.detail.problems')}>
            {problems.map((problem) => coreText(problem, i18n)).join('; ')}
          </Fact>
        )}
      </Facts>
      <div className={styles.actions}>
        <Button busy={probe.busy} disabled={!running} onClick={() => void probe.run()} testId="channel-probe">
          {t('channels.action.probe')}
        </Button>
        <Button
          busy={restart.busy}
          disabled={!running}
          onClick={() => void restart.run()}
          testId="channel-restart"
        >
          {t('channels.action.restart')}
        </Button>
        <Button busy={toggle.busy} onClick={() => void toggle.run()} testId="channel-toggle">
          {t(status.enabled ? 'channels.action.disable' : 'channels.action.enable')}
        </Button>
        {status.channel === 'webhook' &&
          (status.credentialSource === 'none' ? (
            <Button
              weight="primary"
              busy={first.busy}
              onClick={() => void first.run()}
              testId="channel-first-secret"
            >
              {t('channels.action.firstSecret')}
            </Button>
          ) : (
            <Button onClick={() => setAsking(true)} testId="channel-new-secret">
              {t('channels.action.newSecret')}
            </Button>
          ))}
      </div>
      <Outcome action={probe} done={t('channels.done.probe')} i18n={i18n} />
      <Outcome action={restart} done={t('channels.done.restart')} i18n={i18n} />
      <Outcome action={toggle} i18n={i18n} />
      {first.error && <InlineError>{i18n.error(first.error)}</InlineError>}
      {status.channel === 'webhook' && url !== undefined && <CurlExample url={url} />}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('channels.secret.title')}
        confirm={t('channels.secret.confirm')}
        testId="dialog-new-secret"
        onConfirm={async () => {
          const reply = await newSecret();
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{t('channels.secret.body')}</p>
      </ConfirmDialog>
    </Card>
  );
}

function When({ at }: { readonly at: number | undefined }): ReactNode {
  const { t } = useI18n();
  return at === undefined ? t('common.never') : <Age at={at} />;
}

function ProbeText({ probe }: { readonly probe: NonNullable<ChannelAccountStatus['probe']> }) {
  const i18n = useI18n();
  const { t } = i18n;
  const age = useTime((now) => i18n.age(probe.at, now));
  const note = probe.note === undefined ? '' : ` ${coreText(probe.note, i18n)}`;
  if (probe.ok)
    return `${t('channels.detail.probe.ok', { age, duration: i18n.duration(probe.elapsedMs) })}.${note}`;
  if (probe.timedOut) return t('channels.detail.probe.timedOut', { age });
  return t('channels.detail.probe.failed', {
    age,
    error: coreText(probe.error ?? t('common.unknown'), i18n),
  });
}

interface OutcomeProps {
  readonly action: Action<null>;
  readonly done?: string;
  readonly i18n: I18n;
}

function Outcome({ action, done, i18n }: OutcomeProps) {
  if (action.error) return <InlineError>{i18n.error(action.error)}</InlineError>;
  if (action.value === undefined || done === undefined) return null;
  return (
    <p className={styles.done} role="status">
      {done}
    </p>
  );
}
