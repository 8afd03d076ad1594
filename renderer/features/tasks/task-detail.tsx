// One task in full: when it runs, how it went, what it sends, and what can be done with it.

import { useState } from 'react';
import type { CronJobView } from '../../../shared/model/cron';
import { useAction, useServices, useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, Fact, Facts, InlineError } from '../../ui/card';
import { ClipboardNote } from '../../ui/clipboard-note';
import { ConfirmDialog } from '../../ui/dialog';
import { foreignLines, foreignText } from '../../ui/foreign-text';
import { StatusWord } from '../../ui/status-mark';
import { RunHistory } from './run-history';
import { cronText, scheduleText } from './schedule-text';
import { TaskDialog } from './task-dialog';
import { shownTarget } from './task-form';
import styles from './tasks.module.css';
import {
  nextExactText,
  RUN_MARKS,
  runText,
  STATE_MARKS,
  taskName,
  taskState,
  taskStateText,
} from './tasks-view';

export function TaskDetail({ job }: { readonly job: CronJobView }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api, tasks } = useServices();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const run = useAction(() => api.call('cron.run', { id: job.id }));
  const toggle = useAction(async () => {
    const reply = await api.call('cron.update', { id: job.id, patch: { enabled: !job.enabled } });
    if (reply.ok) await tasks.reload();
    return reply;
  });
  const state = taskState(job);
  const next = useTime((now) => nextExactText(job, i18n, now));
  const { lastRunStatus, lastRunAtMs } = job;
  const { consecutiveErrors = 0, lastDeliveryStatus } = job.state;
  const close = () => setDialog(undefined);
  return (
    <Card
      title={<span dir="auto">{taskName(job)}</span>}
      testId="task-detail"
      aside={<StatusWord {...STATE_MARKS[state]}>{taskStateText(state, i18n)}</StatusWord>}
    >
      {job.lastRunError !== undefined && lastRunStatus !== 'ok' && (
        <p className={styles.failure} data-status={lastRunStatus} data-testid="task-error">
          {runText(job.lastRunError, i18n)}
        </p>
      )}
      <Facts>
        <Fact name={t('tasks.detail.schedule')} testId="task-schedule">
          {scheduleText(job.schedule, i18n)}
          {job.schedule.kind === 'cron' && cronText(job.schedule.expr, i18n) && (
            <code className={styles.expr}>{foreignText(job.schedule.expr)}</code>
          )}
        </Fact>
        <Fact name={t('tasks.detail.next')} testId="task-next">
          {next}
        </Fact>
        <Fact name={t('tasks.detail.last')} testId="task-last">
          {lastRunStatus === undefined || lastRunAtMs === undefined ? (
            t('tasks.result.none')
          ) : (
            <span className={styles.result}>
              <StatusWord {...RUN_MARKS[lastRunStatus]} size={13}>
                {t(`tasks.result.${lastRunStatus}`)}
              </StatusWord>
              <Age at={lastRunAtMs} />
            </span>
          )}
        </Fact>
        {consecutiveErrors > 1 && (
          <Fact name={t('tasks.detail.errors')}>{i18n.number(consecutiveErrors)}</Fact>
        )}
        <Fact name={t('tasks.detail.text')}>
          <span className={styles.text} dir="auto" data-testid="task-text">
            {foreignLines(job.payload.text)}
          </span>
        </Fact>
        <Fact name={t('tasks.detail.delivery')} testId="task-target">
          {shownTarget(job, i18n) ?? t('tasks.detail.delivery.none')}
          {job.delivery?.mode === 'webhook' && <SigningSecret />}
        </Fact>
        {job.delivery !== undefined && job.delivery.mode !== 'none' && lastDeliveryStatus !== undefined && (
          <Fact name={t('tasks.detail.delivered')}>{t(`tasks.delivery.${lastDeliveryStatus}`)}</Fact>
        )}
      </Facts>
      <div className={styles.actions}>
        <Button
          weight="primary"
          busy={run.busy}
          disabled={state === 'running'}
          onClick={() => void run.run()}
          testId="task-run"
        >
          {t('tasks.run')}
        </Button>
        <Button busy={toggle.busy} onClick={() => void toggle.run()} testId="task-toggle">
          {t(job.enabled ? 'tasks.pause' : 'tasks.resume')}
        </Button>
        <Button onClick={() => setDialog('edit')} testId="task-edit">
          {t('tasks.edit')}
        </Button>
        <Button onClick={() => setDialog('delete')} testId="task-delete">
          {t('tasks.delete')}
        </Button>
      </div>
      {run.value && (
        <p className={styles.done} role="status" data-testid="task-run-answer">
          {t(`tasks.run.${'enqueued' in run.value ? 'started' : run.value.reason}`)}
        </p>
      )}
      {run.error && <InlineError>{i18n.error(run.error)}</InlineError>}
      {toggle.error && <InlineError>{i18n.error(toggle.error)}</InlineError>}
      <RunHistory jobId={job.id} />
      {dialog === 'edit' && <TaskDialog job={job} onClose={close} />}
      <ConfirmDialog
        open={dialog === 'delete'}
        onClose={close}
        title={t('tasks.delete.title', { name: taskName(job) })}
        confirm={t('tasks.delete.confirm')}
        danger
        testId="dialog-delete-task"
        onConfirm={async () => {
          const reply = await api.call('cron.remove', { id: job.id });
          if (reply.ok) await tasks.reload();
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{t('tasks.delete.body')}</p>
      </ConfirmDialog>
    </Card>
  );
}

/** Main puts it on the clipboard; it never comes into the page. */
function SigningSecret() {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const copy = useAction(() => api.call('cron.copySecret'));
  return (
    <>
      <Button
        weight="quiet"
        title={t('tasks.secret.help')}
        busy={copy.busy}
        onClick={() => void copy.run()}
        testId="task-secret"
      >
        {t('tasks.secret')}
      </Button>
      {copy.value && <ClipboardNote clearsAt={copy.value.clearsAt} />}
      {copy.error && <InlineError>{i18n.error(copy.error)}</InlineError>}
    </>
  );
}
