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
import { Choice } from './choice';
import { type CredentialKind, kindWord } from './clipboard-secret';
import styles from './credentials.module.css';

const GRACES = ['0', '600000', '3600000', '86400000'] as const;
type Grace = (typeof GRACES)[number];
const DEFAULT_GRACE: Grace = '600000';

export interface RotateDialogProps {
  readonly credential: Extract<CredentialStatus, { readonly state: 'ready' }>;
  readonly kind: CredentialKind;
  readonly clients: number;
  readonly onClose: () => void;
}

export function RotateDialog({ credential, kind, clients, onClose }: RotateDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const what = kindWord(kind, i18n);
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
        title={t('rotate.title', { what })}
        description={t('rotate.doneHelp', { what })}
        testId="dialog-rotate"
        actions={
          <>
            <Button busy={copy.busy} onClick={() => void copy.run()} weight="primary" testId="rotate-copy">
              {t('cred.copy', { what })}
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
      title={t('rotate.title', { what })}
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
            {leaked ? t('rotate.confirmLeaked') : t('rotate.confirm', { what })}
          </Button>
        </>
      }
    >
      <fieldset className={styles.choices} aria-label={t('past.column.reason')}>
        <Choice
          group="rotation-reason"
          name={t('rotate.routine')}
          help={t('rotate.routine.help', { what })}
          value="routine"
          checked={!leaked}
          onPick={setReason}
          testId="rotate-routine"
        />
        <Choice
          group="rotation-reason"
          name={t('rotate.leaked')}
          help={t('rotate.leaked.help', { what })}
          value="leaked"
          checked={leaked}
          danger
          onPick={setReason}
          testId="rotate-leaked"
        />
      </fieldset>
      {!leaked && (
        <div className={styles.grace}>
          <span>{t('rotate.grace', { what })}</span>
          <Select
            label={t('rotate.grace', { what })}
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
              : graceMs === 0
                ? t('rotate.effect.cut', { count: clients })
                : t('rotate.effect.grace', { count: clients, what })}
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
