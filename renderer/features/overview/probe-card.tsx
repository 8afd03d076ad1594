// The self-check: four facts kept apart, the age of the proof, and the promise of zero internal refusals.

import { RefreshCw } from 'lucide-react';
import type { ProbeReport, StatusSnapshot } from '../../../shared/model/status';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { useAge } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, InlineError } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import { FACT_MARKS, PROBE_FACTS } from '../shell/status-view';
import styles from './overview.module.css';

export function ProbeCard({ snapshot }: { readonly snapshot: StatusSnapshot }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { probe } = snapshot;
  const run = useAction(() => api.call('probe.run'));
  const age = useAge(probe.last?.at);
  const lastOk = useAge(probe.lastOkAt);
  const busy = run.busy || probe.running;
  const last = probe.last;
  return (
    <Card
      title={t('probe.title')}
      help={t('probe.help', { interval: i18n.interval(probe.intervalMs) })}
      testId="card-probe"
      aside={
        <span data-testid="probe-age" title={last && i18n.instant(last.at)}>
          {probe.running ? t('probe.running') : last ? t('probe.age', { age }) : t('probe.never')}
        </span>
      }
      footer={
        <>
          <Button
            icon={<RefreshCw size={13} aria-hidden="true" />}
            busy={busy}
            onClick={() => void run.run()}
            testId="probe-run"
          >
            {t('probe.now')}
          </Button>
          <span className={styles.promise} data-testid="internal-refusals">
            <StatusMark
              tone={probe.internalRefusals === 0 ? 'ok' : 'warn'}
              shape={probe.internalRefusals === 0 ? 'tick' : 'triangle'}
              size={13}
            />
            {t('probe.internalRefusals', { count: probe.internalRefusals })}
          </span>
          {run.error && <InlineError>{i18n.error(run.error)}</InlineError>}
        </>
      }
    >
      <ul className={styles.facts}>
        {PROBE_FACTS.map((fact) => {
          const state = last?.[fact] ?? 'not-run';
          return (
            <li key={fact} data-testid={`probe-${fact}`} data-fact={state}>
              <span>{t(`probe.fact.${fact}`)}</span>
              <StatusWord {...FACT_MARKS[state]}>{t(`probe.${state}`)}</StatusWord>
            </li>
          );
        })}
      </ul>
      {last && <p className={styles.took}>{reportNote(last, i18n)}</p>}
      {last?.error !== undefined && (
        <p className={styles.problem} data-testid="probe-error">
          {foreignText(last.error)}
          {lastOk !== '' && <span>{t('probe.lastOk', { age: lastOk })}</span>}
        </p>
      )}
    </Card>
  );
}

function reportNote(report: ProbeReport, i18n: I18n): string {
  const duration = i18n.duration(report.durationMs);
  return report.retried ? i18n.t('probe.retried', { duration }) : i18n.t('probe.took', { duration });
}
