// The login by QR code: the code, what to do now, and how it ended. Closing it gives an open login up.

import { useEffect, useId, useState } from 'react';
import type { ChannelKindView, LoginView, OpenLogin } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { useAge } from '../../ui/age';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark, StatusWord } from '../../ui/status-mark';
import { failureText } from './channels-view';
import { FailureBox } from './failure-box';
import { FormField } from './form-field';
import styles from './login.module.css';
import { QrCode } from './qr-code';
import { isOpen, useLogin } from './use-login';

export interface LoginDialogProps {
  readonly kind: ChannelKindView;
  /** The account to log in again; absent: a new one. */
  readonly accountId?: string;
  /** With the account when the login was kept. */
  readonly onClose: (accountId?: string) => void;
}

export function LoginDialog({ kind, accountId, onClose }: LoginDialogProps) {
  const { t } = useI18n();
  const { view, error, sendCode, again } = useLogin(kind.id, accountId);
  const vendor = t(`kind.${kind.id}.name`);
  const close = () => onClose(view?.state === 'connected' ? view.accountId : undefined);
  const isOver = error !== undefined || (view !== undefined && !isOpen(view));
  const isDone = view?.state === 'connected' || view?.state === 'already-linked';
  return (
    <Dialog
      open
      onClose={close}
      title={t('login.title', { vendor })}
      testId="dialog-login"
      actions={
        isDone ? (
          <Button weight="primary" onClick={close} testId="login-done">
            {t('login.done')}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t('common.cancel')}</Button>
            {isOver && (
              <Button weight="primary" onClick={again} testId="login-again">
                {t('login.again')}
              </Button>
            )}
          </>
        )
      }
    >
      {view !== undefined && isOpen(view) && <Open view={view} vendor={vendor} onCode={sendCode} />}
      {view === undefined && !error && (
        <div role="status">
          <StatusWord tone="info" shape="ring">
            {t('login.starting', { vendor })}
          </StatusWord>
        </div>
      )}
      {view !== undefined && !isOpen(view) && <End view={view} vendor={vendor} />}
      {error && <Failed error={error} />}
    </Dialog>
  );
}

interface OpenProps {
  readonly view: OpenLogin;
  readonly vendor: string;
  readonly onCode: (code: string) => void;
}

function Open({ view, vendor, onCode }: OpenProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const isUsed = view.state !== 'wait';
  const age = useAge(view.expiresAt);
  return (
    <div className={styles.open}>
      <QrCode text={view.qrText} vendor={vendor} isUsed={isUsed} />
      <div className={styles.say}>
        <p role="status" data-testid="login-state" data-state={view.state}>
          <StatusMark tone={isUsed ? 'ok' : 'info'} shape={isUsed ? 'tick' : 'ring'} />
          {stateText(view, vendor, i18n)}
        </p>
        {view.state === 'need-code' && <CodeField refused={view.codeRefused === true} onCode={onCode} />}
        {view.renewed !== undefined && <p>{t(`login.renewed.${view.renewed}`)}</p>}
        <p className={styles.faint}>{t('login.expires', { age })}</p>
      </div>
    </div>
  );
}

function stateText({ state }: OpenLogin, vendor: string, { t }: I18n): string {
  switch (state) {
    case 'wait':
      return t('login.wait', { vendor });
    case 'scanned':
      return t('login.scanned');
    case 'confirm':
      return t('login.confirm');
    case 'need-code':
      return t('login.needCode');
  }
}

interface CodeFieldProps {
  readonly refused: boolean;
  readonly onCode: (code: string) => void;
}

function CodeField({ refused, onCode }: CodeFieldProps) {
  const { t } = useI18n();
  const id = useId();
  const [code, setCode] = useState('');
  // In a low window it would stay out of sight.
  useEffect(() => document.getElementById(id)?.focus(), [id]);
  return (
    <form
      className={styles.number}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== '') onCode(code.trim());
      }}
    >
      <FormField
        id={id}
        label={t('login.code')}
        value={code}
        onChange={setCode}
        error={refused ? t('login.codeRefused') : undefined}
        maxLength={12}
        mono
        testId="login-code"
      />
      <Button type="submit" weight="primary" testId="login-code-send">
        {t('login.codeSend')}
      </Button>
    </form>
  );
}

interface EndProps {
  readonly view: Exclude<LoginView, OpenLogin>;
  readonly vendor: string;
}

function End({ view, vendor }: EndProps) {
  const { t } = useI18n();
  switch (view.state) {
    case 'failed':
      return <Failed error={{ code: 'login_failed', ...view }} />;
    case 'connected': {
      const name = foreignText(view.identity?.name ?? view.identity?.id ?? '');
      return (
        <p className={styles.end} role="status" data-testid="login-end" data-state={view.state}>
          <StatusMark tone="ok" shape="tick" size={16} />
          {name === '' ? t('login.connected') : t('login.connectedAs', { name })}
        </p>
      );
    }
    default:
      return (
        <p className={styles.end} role="status" data-testid="login-end" data-state={view.state}>
          <StatusMark tone="warn" shape="triangle" size={16} />
          {t(view.state === 'already-linked' ? 'login.linked' : `login.${view.state}`, { vendor })}
        </p>
      );
  }
}

interface FailedProps {
  readonly error: Pick<IpcError, 'code' | 'failure'> & { readonly message?: string };
}

function Failed({ error }: FailedProps) {
  const i18n = useI18n();
  const { code, message = '', failure } = error;
  const text = failure
    ? failureText(failure, i18n)
    : { what: undefined, why: i18n.error({ code, message }), fix: undefined };
  return (
    <FailureBox
      title={
        <>
          <strong>{i18n.t('login.failed')}</strong>
          {text.what !== undefined && ` · ${text.what}`}
        </>
      }
      failure={text}
      isNews
      testId="login-failed"
    />
  );
}
