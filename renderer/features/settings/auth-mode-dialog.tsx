// Who may connect: the three modes with what each means, a password from the clipboard where there is none, and a
// second question before the gateway is opened to every program on this computer.

import { type ReactNode, useState } from 'react';
import type { IpcCalls } from '../../../shared/ipc/contract';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import { Choice } from '../credentials/choice';
import { credentialErrorText, FoundSecret } from '../credentials/clipboard-secret';
import credentialStyles from '../credentials/credentials.module.css';
import { useArmed } from '../credentials/use-armed';
import { AUTH_MODE_ORDER, type AuthModeState } from './auth-mode-view';

export interface AuthModeDialogProps {
  readonly state: AuthModeState;
  readonly clients: number;
  readonly onClose: () => void;
}

export function AuthModeDialog({ state, clients, onClose }: AuthModeDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { configured, passwordMissing } = state;
  const [chosen, setChosen] = useState(configured);
  const [asking, setAsking] = useState(false);
  // While nothing is asked for, a password of before may still be there: main knows.
  const [needsPassword, setNeedsPassword] = useState(configured !== 'none');
  const inspect = useAction(() => api.call('credential.inspectClipboard', { kind: 'password' }));
  const found = inspect.value?.ok ? inspect.value : undefined;
  const change = useAction(async () => {
    const reply = await api.call('credential.setMode', paramsOf());
    if (!reply.ok && reply.error.code === 'password_missing') setNeedsPassword(true);
    return reply;
  });
  function paramsOf(): IpcCalls['credential.setMode']['params'] {
    if (chosen !== 'password') return { mode: chosen };
    return { mode: chosen, ...(found && { fingerprint: found.fingerprint }) };
  }
  const check = async () => {
    change.reset();
    await inspect.run();
  };
  const confirm = async () => {
    if (await change.run()) onClose();
  };
  const pick = (mode: typeof chosen) => {
    change.reset();
    setChosen(mode);
  };
  const isChange = chosen !== configured || passwordMissing;
  const wantsPassword = chosen === 'password' && isChange && needsPassword;
  const error = change.error?.code === 'password_missing' ? undefined : change.error;
  const problem = error && (
    <InlineError>
      {error.code === 'config_refused'
        ? t('settings.auth.refused', { reason: foreignText(error.message) })
        : credentialErrorText(error, 'password', i18n)}
    </InlineError>
  );

  if (asking) {
    return (
      <OpenQuestion
        busy={change.busy}
        problem={problem}
        onBack={() => setAsking(false)}
        onConfirm={() => void confirm()}
        onClose={onClose}
      />
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.auth')}
      testId="dialog-auth-mode"
      actions={
        <>
          <Button onClick={onClose} disabled={change.busy}>
            {t('common.cancel')}
          </Button>
          {wantsPassword && (
            <Button
              weight={found ? 'plain' : 'primary'}
              busy={inspect.busy}
              onClick={() => void check()}
              testId="auth-check"
            >
              {t(inspect.value ? 'adopt.checkAgain' : 'adopt.check')}
            </Button>
          )}
          {isChange && !(wantsPassword && !found) && (
            <Button
              weight={chosen === 'none' ? 'danger' : 'primary'}
              busy={change.busy}
              onClick={() => (chosen === 'none' ? setAsking(true) : void confirm())}
              testId="auth-confirm"
            >
              {t(`settings.auth.confirm.${chosen}`)}
            </Button>
          )}
        </>
      }
    >
      <fieldset className={credentialStyles.choices} aria-label={t('settings.auth')}>
        {AUTH_MODE_ORDER.map((mode) => (
          <Choice
            key={mode}
            group="auth-mode"
            name={t(`settings.auth.${mode}`)}
            help={t(`settings.auth.means.${mode}`)}
            value={mode}
            checked={mode === chosen}
            danger={mode === 'none'}
            onPick={pick}
            testId={`auth-${mode}`}
          />
        ))}
      </fieldset>
      <div aria-live="polite">
        {wantsPassword && <p data-testid="auth-needs-password">{t('settings.auth.needsPassword')}</p>}
      </div>
      {wantsPassword && inspect.value && <FoundSecret found={inspect.value} kind="password" />}
      {isChange && (
        <div className={credentialStyles.effect} data-testid="auth-effect">
          <StatusMark tone="info" shape="dot" />
          <p>
            {clients === 0 ? t('settings.auth.effectNone') : t('settings.auth.effect', { count: clients })}
          </p>
        </div>
      )}
      {wantsPassword && inspect.error && <InlineError>{i18n.error(inspect.error)}</InlineError>}
      {problem}
    </Dialog>
  );
}

interface OpenQuestionProps {
  readonly busy: boolean;
  readonly problem: ReactNode;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** A second click of a double click must not answer it: its button stands where the first one stood. */
function OpenQuestion({ busy, problem, onBack, onConfirm, onClose }: OpenQuestionProps) {
  const { t } = useI18n();
  const armed = useArmed('open');
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.auth.open.title')}
      testId="dialog-auth-none"
      actions={
        <>
          <Button onClick={onBack} disabled={busy}>
            {t('settings.auth.back')}
          </Button>
          <Button weight="danger" busy={busy} disabled={!armed} onClick={onConfirm} testId="confirm">
            {t('settings.auth.open.confirm')}
          </Button>
        </>
      }
    >
      <p>{t('settings.auth.open.body')}</p>
      <p>{t('settings.auth.open.after')}</p>
      {problem}
    </Dialog>
  );
}
