// A task's runs, newest first: asked for again when something happened to a task, more on request.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { CronRunView } from '../../../shared/model/cron';
import { type Collected, collectPages } from '../../bridge/all-pages';
import { useServices } from '../../bridge/services';
import { coreText } from '../../i18n/core-text';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { StatusWord } from '../../ui/status-mark';
import styles from './tasks.module.css';
import { RUN_MARKS, runText } from './tasks-view';

const STEP = 20;

export function RunHistory({ jobId }: { readonly jobId: string }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { runs, error, showOlder } = useRuns(jobId);
  return (
    <section className={styles.history} data-testid="task-history">
      <h3>{t('tasks.history')}</h3>
      {error && (
        <InlineError>
          {t('tasks.history.failed')} {i18n.error(error)}
        </InlineError>
      )}
      {runs?.total === 0 && <p className={styles.none}>{t('tasks.history.none')}</p>}
      {runs && runs.total > 0 && (
        <ul>
          {runs.rows.map((run) => (
            <li key={run.runId} className={styles.run} data-testid="task-run-row">
              <RunLine run={run} />
            </li>
          ))}
        </ul>
      )}
      {runs && runs.rows.length < runs.total && (
        <Button weight="quiet" onClick={showOlder} testId="task-history-more">
          {t('tasks.history.more')}
        </Button>
      )}
    </section>
  );
}

function RunLine({ run }: { readonly run: CronRunView }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { deliveryStatus = 'not-requested', deliveryError, error } = run;
  return (
    <>
      <span className={styles.runTop}>
        <StatusWord {...RUN_MARKS[run.status]} size={13}>
          {t(`tasks.result.${run.status}`)}
        </StatusWord>
        {deliveryStatus !== 'not-requested' && <span>{t(`tasks.delivery.${deliveryStatus}`)}</span>}
        {run.status !== 'skipped' && (
          <span>{t('tasks.history.took', { duration: i18n.duration(run.durationMs) })}</span>
        )}
        <span className={styles.runAge}>
          <Age at={run.runAtMs} />
        </span>
      </span>
      {error !== undefined && <span className={styles.runError}>{runText(error, i18n)}</span>}
      {deliveryError !== undefined && !error?.endsWith(deliveryError) && (
        <span className={styles.runError}>{coreText(deliveryError, i18n)}</span>
      )}
    </>
  );
}

/** Keeps the last good list beside the last error. */
function useRuns(jobId: string) {
  const { api } = useServices();
  const [runs, setRuns] = useState<Collected<CronRunView>>();
  const [error, setError] = useState<IpcError>();
  const wanted = useRef(STEP);
  const newest = useRef(0);
  const ask = useCallback(async () => {
    newest.current += 1;
    const question = newest.current;
    const reply = await collectPages(
      wanted.current,
      (limit, offset) => api.call('cron.runs', { jobId, limit, offset }),
      (page) => page.entries,
    );
    // Another question was asked meanwhile, or the task is no longer shown.
    if (question !== newest.current) return;
    setError(reply.ok ? undefined : reply.error);
    if (reply.ok) setRuns(reply.value);
  }, [api, jobId]);
  useEffect(() => {
    const off = api.on('cron.changed', (events) => {
      if (events === null || events.some((event) => event.jobId === jobId)) void ask();
    });
    void ask();
    return () => {
      off();
      newest.current += 1;
    };
  }, [api, jobId, ask]);
  const showOlder = () => {
    wanted.current += STEP;
    void ask();
  };
  return { runs, error, showOlder };
}
