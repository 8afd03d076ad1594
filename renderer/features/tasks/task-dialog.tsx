// Adds or edits a task. Main judges every value; its objection stands at the field it names, and what was typed
// stays.

import { useId, useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { CronJobView } from '../../../shared/model/cron';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { Select } from '../../ui/select';
import { TextField } from '../../ui/text-field';
import { DeliveryFields } from './delivery-fields';
import { ScheduleFields } from './schedule-fields';
import {
  editOf,
  fieldOf,
  formOf,
  inputOf,
  newForm,
  objectionText,
  shownAddress,
  type TaskField,
  type TaskForm,
  unsendable,
} from './task-form';
import styles from './tasks.module.css';

export interface TaskDialogProps {
  /** The one to edit; absent: a new one. */
  readonly job?: CronJobView;
  readonly onClose: () => void;
  readonly onSaved?: (job: CronJobView) => void;
}

const KINDS = ['at', 'every', 'cron'] as const;
const ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

export function TaskDialog({ job, onClose, onSaved }: TaskDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api, tasks } = useServices();
  const formId = useId();
  // As it was when the dialog opened: what is edited must not change under the reader.
  const [original] = useState(job);
  const [form, setForm] = useState<TaskForm>(() => (original ? formOf(original, ZONE) : newForm(ZONE)));
  const [problem, setProblem] = useState<{ readonly field: TaskField; readonly text: string }>();
  const [error, setError] = useState<IpcError>();
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<TaskForm>) => {
    setForm((held) => ({ ...held, ...part }));
    setProblem(undefined);
    setError(undefined);
  };

  const save = async () => {
    const missing = unsendable(form);
    if (missing) {
      setProblem({ field: missing, text: t(`tasks.error.${missing}`) });
      return;
    }
    setBusy(true);
    const reply = original
      ? await api.call('cron.update', { id: original.id, patch: editOf(original, form, ZONE) })
      : await api.call('cron.add', inputOf(form));
    setBusy(false);
    if (!reply.ok) {
      const field = fieldOf(reply.error);
      setProblem(field && { field, text: objectionText(reply.error, field, i18n) });
      setError(field === undefined ? reply.error : undefined);
      return;
    }
    await tasks.reload();
    onSaved?.(reply.value);
    onClose();
  };

  const errorAt = (field: TaskField) => (problem?.field === field ? problem.text : undefined);
  const kept = original && shownAddress(original);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(original ? 'tasks.dialog.edit' : 'tasks.dialog.add')}
      testId="dialog-task"
      actions={
        <>
          <Button onClick={onClose} disabled={busy}>
            {t('common.cancel')}
          </Button>
          <Button weight="primary" type="submit" form={formId} busy={busy} testId="task-save">
            {t(original ? 'tasks.dialog.save' : 'tasks.add')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void save();
        }}
      >
        <TextField
          label={t('tasks.field.name')}
          value={form.name}
          onChange={(name) => change({ name })}
          error={errorAt('name')}
          maxLength={200}
          testId="task-name"
        />
        <TextField
          label={t('tasks.field.text')}
          value={form.text}
          onChange={(text) => change({ text })}
          help={t('tasks.field.text.help')}
          error={errorAt('payload.text')}
          multiline
          maxLength={8_000}
          testId="task-event-text"
        />
        <div className={styles.choice}>
          <span>{t('tasks.field.when')}</span>
          <Select
            label={t('tasks.field.when')}
            value={form.kind}
            items={KINDS.map((value) => ({ value, label: t(`tasks.kind.${value}`) }))}
            onChange={(kind) => change({ kind })}
            testId="task-kind"
          />
        </div>
        <ScheduleFields form={form} change={change} errorAt={errorAt} />
        <DeliveryFields form={form} change={change} errorAt={errorAt} kept={kept} />
        {error && <InlineError>{i18n.error(error)}</InlineError>}
      </form>
    </Dialog>
  );
}
