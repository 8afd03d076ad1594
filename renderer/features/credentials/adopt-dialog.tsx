// Adopting a token from the clipboard: main reads and judges it, this dialog shows only its fingerprint or what is
// wrong with it. What is adopted is what was shown: main refuses when the clipboard has changed meanwhile.

import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Fingerprint, InlineError } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { StatusWord } from '../../ui/status-mark';
import styles from './credentials.module.css';

export interface AdoptDialogProps {
  readonly clients: number;
  readonly onClose: () => void;
}

export function AdoptDialog({ clients, onClose }: AdoptDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
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
        title={t('adopt.title')}
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
      title={t('adopt.title')}
      description={t('adopt.body')}
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
              {t('adopt.confirm')}
            </Button>
          )}
        </>
      }
    >
      <p>{t('adopt.how')}</p>
      <div aria-live="polite">
        {found && (
          <>
            <div className={styles.result} data-testid="adopt-found">
              <StatusWord tone="ok" shape="tick">
                {t('adopt.found')}
              </StatusWord>
              <Fingerprint value={found.fingerprint} />
            </div>
            <p className={styles.after}>
              {clients === 0 ? t('adopt.effectNone') : t('adopt.effect', { count: clients })}
            </p>
          </>
        )}
        {inspect.value?.ok === false && (
          <div className={styles.result} data-testid="adopt-problem">
            <StatusWord tone="warn" shape="triangle">
              {t('adopt.bad')}
            </StatusWord>
            <p>{i18n.language.secretProblems[inspect.value.problem]}</p>
          </div>
        )}
      </div>
      {inspect.error && <InlineError>{i18n.error(inspect.error)}</InlineError>}
      {adopt.error && <InlineError>{i18n.error(adopt.error)}</InlineError>}
    </Dialog>
  );
}
