// Tasks: what runs when, and did it work? A list on the left, the selected task on the right.

import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CronJobView } from '../../../shared/model/cron';
import { useAction, useObservable, useServices, useTime } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { moveFocus } from '../../ui/arrow-keys';
import { Button } from '../../ui/button';
import { EmptyState, InlineError, Page } from '../../ui/card';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import { useKeptFocus } from '../../ui/use-kept-focus';
import { scheduleText } from './schedule-text';
import { TaskDetail } from './task-detail';
import { TaskDialog } from './task-dialog';
import styles from './tasks.module.css';
import { nextText, STATE_MARKS, taskName, taskState, taskStateText } from './tasks-view';

export function TasksPage() {
  const i18n = useI18n();
  const { t } = i18n;
  const { tasks } = useServices();
  const { jobs, total, error } = useObservable(tasks.state);
  useEffect(() => tasks.start(), [tasks]);
  const [picked, setPicked] = useState<string>();
  const [adding, setAdding] = useState(false);
  const more = useAction(async () => {
    await tasks.showMore();
    return { ok: true, value: null };
  });
  const selected = jobs?.find((job) => job.id === picked) ?? jobs?.[0];
  const list = useKeptFocus(selected?.id);
  const add = (
    <Button
      weight="primary"
      icon={<Plus size={14} aria-hidden="true" />}
      onClick={() => setAdding(true)}
      testId="task-add"
    >
      {t('tasks.add')}
    </Button>
  );
  return (
    <Page
      id="tasks"
      title={t('tasks.title')}
      intro={t('tasks.intro')}
      aside={jobs && jobs.length > 0 ? add : undefined}
    >
      {!jobs && !error && (
        <EmptyState mark={<StatusMark tone="info" shape="ring" size={18} />} title={t('tasks.loading')} />
      )}
      {!jobs && error && (
        <EmptyState
          mark={<StatusMark tone="bad" shape="cross" size={20} />}
          title={t('tasks.failed')}
          help={i18n.error(error)}
          action={<Button onClick={() => void tasks.reload()}>{t('common.retry')}</Button>}
          testId="tasks-failed"
        />
      )}
      {jobs && error && <InlineError>{i18n.error(error)}</InlineError>}
      {jobs?.length === 0 && (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={20} />}
          title={t('tasks.empty')}
          help={t('tasks.emptyHelp')}
          action={add}
          testId="tasks-empty"
        />
      )}
      {jobs && selected && (
        <div className={styles.split}>
          <div>
            <ul ref={list} className={styles.list} aria-label={t('tasks.title')} onKeyDown={moveFocus}>
              {jobs.map((job) => (
                <li key={job.id}>
                  <TaskRow job={job} selected={job === selected} onSelect={() => setPicked(job.id)} />
                </li>
              ))}
            </ul>
            {jobs.length < total && (
              <div className={styles.more}>
                <span>{t('tasks.shown', { shown: jobs.length, total })}</span>
                <Button weight="quiet" busy={more.busy} onClick={() => void more.run()}>
                  {t('tasks.more')}
                </Button>
              </div>
            )}
          </div>
          <TaskDetail key={selected.id} job={selected} />
        </div>
      )}
      {adding && <TaskDialog onClose={() => setAdding(false)} onSaved={(job) => setPicked(job.id)} />}
    </Page>
  );
}

interface TaskRowProps {
  readonly job: CronJobView;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function TaskRow({ job, selected, onSelect }: TaskRowProps) {
  const i18n = useI18n();
  const state = taskState(job);
  const next = useTime((now) => nextText(job, i18n, now));
  return (
    <button
      type="button"
      className={styles.row}
      aria-pressed={selected}
      onClick={onSelect}
      data-testid="task-row"
      data-state={state}
    >
      <span className={styles.rowTop}>
        <span className={styles.name} dir="auto">
          {taskName(job)}
        </span>
        <span className={styles.next}>{next}</span>
      </span>
      <span className={styles.schedule}>{scheduleText(job.schedule, i18n)}</span>
      <span className={styles.result}>
        <StatusWord {...STATE_MARKS[state]} size={13}>
          {taskStateText(state, i18n)}
        </StatusWord>
        {state !== 'running' && state !== 'paused' && job.lastRunAtMs !== undefined && (
          <Age at={job.lastRunAtMs} />
        )}
      </span>
    </button>
  );
}
