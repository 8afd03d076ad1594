// What main has found on the clipboard: a fingerprint, or what is wrong with it in words. The text never comes here.

import type { ClipboardSecret, IpcError } from '../../../shared/ipc/contract';
import type { SecretProblem } from '../../../shared/model/token';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { Fingerprint } from '../../ui/card';
import { StatusWord } from '../../ui/status-mark';
import styles from './credentials.module.css';

export type CredentialKind = 'token' | 'password';

export function kindWord(kind: CredentialKind, { t }: I18n): string {
  return t(`cred.kind.${kind}`);
}

export function problemText(problem: SecretProblem, kind: CredentialKind, i18n: I18n): string {
  return kind === 'password' ? i18n.t(`password.problem.${problem}`) : i18n.language.secretProblems[problem];
}

/** Main answers with the problem of the secret as the code when it changed after the check. */
export function credentialErrorText(error: IpcError, kind: CredentialKind, i18n: I18n): string {
  return Object.hasOwn(i18n.language.secretProblems, error.code)
    ? problemText(error.code as SecretProblem, kind, i18n)
    : i18n.error(error);
}

export function FoundSecret({
  found,
  kind,
}: {
  readonly found: ClipboardSecret;
  readonly kind: CredentialKind;
}) {
  const i18n = useI18n();
  const what = kindWord(kind, i18n);
  return found.ok ? (
    <div className={styles.result} data-testid="adopt-found">
      <StatusWord tone="ok" shape="tick">
        {i18n.t('adopt.found', { what })}
      </StatusWord>
      <Fingerprint value={found.fingerprint} />
    </div>
  ) : (
    <div className={styles.result} data-testid="adopt-problem">
      <StatusWord tone="warn" shape="triangle">
        {i18n.t('adopt.bad', { what })}
      </StatusWord>
      <p>{problemText(found.problem, kind, i18n)}</p>
    </div>
  );
}
