// How one account stands: its last failure with the fix, the parts that do not work, and the facts with their ages.

import type { ReactNode } from 'react';
import type { ChannelAccountStatus, ChannelFailure, ChannelProbeResult } from '../../../shared/model/channel';
import { useTime } from '../../bridge/services';
import { coreText } from '../../i18n/core-text';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Fact, Facts } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import styles from './channels.module.css';
import { failureText, kindName, needsAttention } from './channels-view';
import { FailureBox } from './failure-box';
import { silenceHint } from './silence-hint';

export interface AccountStatusProps {
  readonly status: ChannelAccountStatus;
  /** Facts that only this channel has. */
  readonly children?: ReactNode;
}

export function AccountStatus({ status, children }: AccountStatusProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { identity, lastDisconnect, probe } = status;
  const hint = useTime((now) => silenceHint(status, now) ?? '');
  const known = [identity?.name, identity?.id].flatMap((text) => foreignText(text ?? '').trim() || []);
  // The first problem stands in the heading already while it is what keeps the channel down.
  const problems = needsAttention(status.word) ? status.problems.slice(1) : status.problems;
  return (
    <>
      {status.lastError && <Failure failure={status.lastError} testId="channel-error" />}
      {status.warnings.map((warning) => (
        <Failure key={String(warning.code ?? warning.message)} failure={warning} testId="channel-warning" />
      ))}
      {hint !== '' && (
        <p className={styles.hint} data-testid="channel-quiet">
          {t(hint)}
        </p>
      )}
      <Facts>
        {children}
        {known.length > 0 && (
          <Fact
            name={t('channels.detail.identity', { vendor: kindName(status.channel, status.label, i18n) })}
            testId="channel-identity"
          >
            <bdi>{known[0]}</bdi>
            {known[1] !== undefined && (
              <>
                {' '}
                <code>{known[1]}</code>
              </>
            )}
          </Fact>
        )}
        <Fact name={t('channels.detail.account')}>
          <code>{status.accountId}</code>
        </Fact>
        <Fact name={t('channels.detail.credential')}>
          {t(`channels.detail.credential.${status.credentialSource}`)}
        </Fact>
        {status.sessionStartsLeft !== undefined && (
          <Fact name={t('channels.detail.startsLeft')}>{i18n.number(status.sessionStartsLeft)}</Fact>
        )}
        {status.expiresAt !== undefined && (
          <Fact name={t('channels.detail.expires')} testId="channel-expires">
            <Age at={status.expiresAt} />
          </Fact>
        )}
        <Fact name={t('channels.detail.lastIn')}>
          <When at={status.lastInboundAt} />
        </Fact>
        <Fact name={t('channels.detail.lastOut')}>
          <When at={status.lastOutboundAt} />
        </Fact>
        {(status.received > 0 || status.rejected > 0) && (
          <Fact name={t('channels.detail.received')}>{i18n.number(status.received)}</Fact>
        )}
        {status.rejected > 0 && (
          <Fact name={t('channels.detail.rejected')}>{i18n.number(status.rejected)}</Fact>
        )}
        {status.reconnectAttempts > 0 && (
          <Fact name={t('channels.detail.attempts')}>{i18n.number(status.reconnectAttempts)}</Fact>
        )}
        {status.lastStartAt !== undefined && (
          <Fact name={t('channels.detail.started')}>
            <When at={status.lastStartAt} />
          </Fact>
        )}
        {lastDisconnect && (
          <Fact name={t('channels.detail.disconnect')}>
            <When at={lastDisconnect.at} />
            {lastDisconnect.error !== status.lastError?.message && (
              <p className={styles.fix}>{coreText(lastDisconnect.error, i18n)}</p>
            )}
          </Fact>
        )}
        {probe && (
          <Fact name={t('channels.detail.probe')} testId="channel-probe-result">
            <Probe probe={probe} />
          </Fact>
        )}
        {problems.length > 0 && (
          <Fact name={t('channels.detail.problems')}>
            {problems.map((problem) => coreText(problem, i18n)).join('; ')}
          </Fact>
        )}
      </Facts>
    </>
  );
}

interface FailureProps {
  readonly failure: ChannelFailure;
  readonly testId: string;
}

function Failure({ failure, testId }: FailureProps) {
  const i18n = useI18n();
  const text = failureText(failure, i18n);
  return (
    <FailureBox
      title={
        <>
          <strong>{text.what}</strong> <Age at={failure.at} />
        </>
      }
      failure={text}
      testId={testId}
    />
  );
}

function When({ at }: { readonly at: number | undefined }): ReactNode {
  const { t } = useI18n();
  return at === undefined ? t('common.never') : <Age at={at} />;
}

interface ProbeProps {
  readonly probe: ChannelProbeResult;
}

function Probe({ probe }: ProbeProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const age = useTime((now) => i18n.age(probe.at, now));
  const note = probe.note === undefined ? undefined : coreText(probe.note, i18n);
  if (probe.ok) {
    const duration = i18n.duration(probe.elapsedMs);
    return <Lines lines={[t('channels.detail.probe.ok', { age, duration }), note]} />;
  }
  if (probe.timedOut) return t('channels.detail.probe.timedOut', { age });
  const {
    what,
    why = t('channels.detail.noWords'),
    fix,
  } = failureText({ ...probe, message: probe.error ?? '' }, i18n);
  const error = probe.class === undefined ? why : what;
  return (
    <Lines
      lines={[
        t('channels.detail.probe.failed', { age, error }),
        probe.class === undefined ? undefined : why,
        fix,
        note,
      ]}
    />
  );
}

function Lines({ lines: [first, ...more] }: { readonly lines: readonly (string | undefined)[] }) {
  return (
    <>
      {first}
      {more.map(
        (line) =>
          line !== undefined && (
            <p key={line} className={styles.fix}>
              {line}
            </p>
          ),
      )}
    </>
  );
}
