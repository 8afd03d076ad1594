// The part of the task dialog that says when: a date, an interval, or a cron expression with its meaning in words.

import { useI18n } from '../../i18n/i18n-context';
import { Select } from '../../ui/select';
import { Switch } from '../../ui/switch';
import { TextField } from '../../ui/text-field';
import { cronText, scheduleText } from './schedule-text';
import { type EveryUnit, scheduleOf, type TaskField, type TaskForm, UNIT_MS } from './task-form';
import styles from './tasks.module.css';

export interface ScheduleFieldsProps {
  readonly form: TaskForm;
  readonly change: (part: Partial<TaskForm>) => void;
  readonly errorAt: (field: TaskField) => string | undefined;
}

const UNITS = Object.keys(UNIT_MS) as readonly EveryUnit[];

export function ScheduleFields({ form, change, errorAt }: ScheduleFieldsProps) {
  const i18n = useI18n();
  const { t } = i18n;
  switch (form.kind) {
    case 'at':
      return (
        <>
          <TextField
            label={t('tasks.field.at')}
            value={form.at}
            onChange={(at) => change({ at })}
            help={t('tasks.field.at.help')}
            error={errorAt('schedule.at')}
            type="datetime-local"
            testId="task-at"
          />
          <div className={styles.choice}>
            <span>{t('tasks.field.keep')}</span>
            <Switch
              label={t('tasks.field.keep')}
              checked={form.keep}
              onChange={(keep) => change({ keep })}
              testId="task-keep"
            />
          </div>
        </>
      );
    case 'every':
      return (
        <TextField
          label={t('tasks.field.every')}
          value={form.every}
          onChange={(every) => change({ every })}
          error={errorAt('schedule.everyMs')}
          maxLength={9}
          testId="task-every"
          after={
            <Select
              label={t('tasks.field.every')}
              value={form.unit}
              items={UNITS.map((value) => ({ value, label: t(`tasks.unit.${value}`) }))}
              onChange={(unit) => change({ unit })}
              testId="task-unit"
            />
          }
        />
      );
    case 'cron':
      return (
        <>
          <TextField
            label={t('tasks.field.expr')}
            value={form.expr}
            onChange={(expr) => change({ expr })}
            help={
              cronText(form.expr, i18n)
                ? t('tasks.field.expr.means', { schedule: scheduleText(scheduleOf(form), i18n) })
                : t('tasks.field.expr.help')
            }
            error={errorAt('schedule.expr')}
            mono
            maxLength={256}
            testId="task-expr"
          />
          <TextField
            label={t('tasks.field.tz')}
            value={form.tz}
            onChange={(tz) => change({ tz })}
            help={t('tasks.field.tz.help')}
            error={errorAt('schedule.tz')}
            maxLength={64}
            suggestions={Intl.supportedValuesOf('timeZone')}
            testId="task-tz"
          />
        </>
      );
  }
}
