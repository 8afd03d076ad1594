// Adopting a token or password from the clipboard: main reads and judges it, this dialog shows only its fingerprint or what is
// wrong with it. What is adopted is what was shown: main refuses when the clipboard has changed meanwhile.

import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Fingerprint, InlineError } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { StatusWord } from '../../ui/status-mark';
import { type CredentialKind, credentialErrorText, FoundSecret, kindWord } from './clipboard-secret';
import styles from './credentials.module.css';

export interface AdoptDialogProps {
  readonly kind: CredentialKind;
  readonly clients: number;
  readonly onClose: () => void;
}

export function AdoptDialog({ kind, clients, onClose }: AdoptDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const what = kindWord(kind, i18n);
  const { api } = useServices();
  const inspect = useAction(() => api.call('credential.inspectClipboard'));
  const found = inspect.value?.ok ? inspect.value : undefined;
  const adopt = useAction(() =>
    api.call('credential.adoptClipboard', { fingerprint: found?.fingerprint ?? '' }),
  );
  const check = async () => {
    adopt.reset();
    await inspect.run();
  };

  if (adopt.value) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={t('adopt.title', { what })}
        testId="dialog-adopt"
        actions={
          <Button weight="primary" onClick={onClose}>
            {t('common.done')}
          </Button>
        }
      >
        <div className={styles.result} data-testid="adopt-result">
          <StatusWord tone="ok" shape="tick">
            {t('adopt.done', { generation: adopt.value.generation })}
          </StatusWord>
          <Fingerprint value={adopt.value.fingerprint} />
        </div>
      </Dialog>
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('adopt.title', { what })}
      description={t('adopt.body', { what })}
      testId="dialog-adopt"
      actions={
        <>
          <Button onClick={onClose} disabled={adopt.busy}>
            {t('common.cancel')}
          </Button>
          <Button
            weight={found ? 'plain' : 'primary'}
            busy={inspect.busy}
            onClick={() => void check()}
            testId="adopt-check"
          >
            {t(inspect.value ? 'adopt.checkAgain' : 'adopt.check')}
          </Button>
          {found && (
            <Button
              weight="primary"
              busy={adopt.busy}
              onClick={() => void adopt.run()}
              testId="adopt-confirm"
            >
              {t('adopt.confirm', { what })}
            </Button>
          )}
        </>
      }
    >
      <p>{t('adopt.how', { what })}</p>
      <div aria-live="polite">
        {inspect.value && <FoundSecret found={inspect.value} kind={kind} />}
        {found && (
          <p className={styles.after}>
            {clients === 0 ? t('adopt.effectNone', { what }) : t('adopt.effect', { count: clients, what })}
          </p>
        )}
      </div>
      {inspect.error && <InlineError>{i18n.error(inspect.error)}</InlineError>}
      {adopt.error && <InlineError>{credentialErrorText(adopt.error, kind, i18n)}</InlineError>}
    </Dialog>
  );
}
