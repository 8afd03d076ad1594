// Rotation: routine with a grace period, or leaked. Names who is affected before, and offers the new token after.

import { useState } from 'react';
import type { CredentialStatus, RotationReason } from '../../../shared/model/token';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Fingerprint, InlineError } from '../../ui/card';
import { ClipboardNote } from '../../ui/clipboard-note';
import { Dialog } from '../../ui/dialog';
import { Select } from '../../ui/select';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import styles from './credentials.module.css';

const GRACES = ['0', '600000', '3600000', '86400000'] as const;
type Grace = (typeof GRACES)[number];
const DEFAULT_GRACE: Grace = '600000';

export interface RotateDialogProps {
  readonly credential: Extract<CredentialStatus, { readonly state: 'ready' }>;
  readonly clients: number;
  readonly onClose: () => void;
}

export function RotateDialog({ credential, clients, onClose }: RotateDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const [reason, setReason] = useState<RotationReason>('routine');
  const [grace, setGrace] = useState<Grace>(DEFAULT_GRACE);
  const graceMs = reason === 'leaked' ? 0 : Number(grace);
  const rotate = useAction(() => api.call('credential.rotate', { reason, graceMs }));
  const copy = useAction(() => api.call('credential.copy'));

  if (rotate.value) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={t('rotate.title')}
        description={t('rotate.doneHelp')}
        testId="dialog-rotate"
        actions={
          <>
            <Button busy={copy.busy} onClick={() => void copy.run()} weight="primary" testId="rotate-copy">
              {t('cred.copy')}
            </Button>
            <Button onClick={onClose}>{t('common.done')}</Button>
          </>
        }
      >
        <div className={styles.result} data-testid="rotate-result">
          <StatusWord tone="ok" shape="tick">
            {t('rotate.done', { generation: rotate.value.generation })}
          </StatusWord>
          <Fingerprint value={rotate.value.fingerprint} />
        </div>
        {copy.value && <ClipboardNote clearsAt={copy.value.clearsAt} />}
        {copy.error && <InlineError>{i18n.error(copy.error)}</InlineError>}
      </Dialog>
    );
  }

  const leaked = reason === 'leaked';
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('rotate.title')}
      testId="dialog-rotate"
      actions={
        <>
          <Button onClick={onClose} disabled={rotate.busy}>
            {t('common.cancel')}
          </Button>
          <Button
            weight={leaked ? 'danger' : 'primary'}
            busy={rotate.busy}
            onClick={() => void rotate.run()}
            testId="rotate-confirm"
          >
            {t(leaked ? 'rotate.confirmLeaked' : 'rotate.confirm')}
          </Button>
        </>
      }
    >
      <fieldset className={styles.choices} aria-label={t('past.column.reason')}>
        <Choice
          name={t('rotate.routine')}
          help={t('rotate.routine.help')}
          value="routine"
          checked={!leaked}
          onPick={setReason}
        />
        <Choice
          name={t('rotate.leaked')}
          help={t('rotate.leaked.help')}
          value="leaked"
          checked={leaked}
          onPick={setReason}
        />
      </fieldset>
      {!leaked && (
        <div className={styles.grace}>
          <span>{t('rotate.grace')}</span>
          <Select
            label={t('rotate.grace')}
            value={grace}
            items={GRACES.map((value) => ({ value, label: t(`rotate.grace.${value}`) }))}
            onChange={setGrace}
            testId="rotate-grace"
          />
        </div>
      )}
      <div className={styles.effect} data-cut={graceMs === 0} data-testid="rotate-effect">
        <StatusMark
          tone={graceMs === 0 && clients > 0 ? 'bad' : 'info'}
          shape={graceMs === 0 && clients > 0 ? 'triangle' : 'dot'}
        />
        <div>
          <p>
            {clients === 0
              ? t('rotate.effect.none')
              : t(graceMs === 0 ? 'rotate.effect.cut' : 'rotate.effect.grace', { count: clients })}
          </p>
          {credential.grace && (
            <p>{t('rotate.effect.previousGrace', { generation: credential.grace.generation })}</p>
          )}
        </div>
      </div>
      {rotate.error && <InlineError>{i18n.error(rotate.error)}</InlineError>}
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly help: string;
  readonly value: RotationReason;
  readonly checked: boolean;
  readonly onPick: (value: RotationReason) => void;
}

function Choice({ name, help, value, checked, onPick }: ChoiceProps) {
  return (
    <label className={styles.choice} data-value={value}>
      <input
        type="radio"
        name="rotation-reason"
        value={value}
        checked={checked}
        onChange={() => onPick(value)}
        data-testid={`rotate-${value}`}
      />
      <span>
        <strong>{name}</strong>
        <span>{help}</span>
      </span>
    </label>
  );
}
