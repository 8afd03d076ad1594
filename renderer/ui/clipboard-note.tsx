// Says that a secret is on the clipboard and counts down to its removal there. Never holds the secret.

import { useTime } from '../bridge/services';
import { useI18n } from '../i18n/i18n-context';
import styles from './clipboard-note.module.css';
import { StatusMark } from './status-mark';

/** `clearsAt` is epoch ms. */
export function ClipboardNote({ clearsAt }: { readonly clearsAt: number }) {
  const i18n = useI18n();
  const { t } = i18n;
  const cleared = useTime((now) => now >= clearsAt);
  const age = useTime((now) => i18n.age(clearsAt, now));
  return (
    <p className={styles.note} data-testid="clipboard-note">
      <StatusMark tone={cleared ? 'muted' : 'ok'} shape={cleared ? 'dash' : 'tick'} />
      {cleared ? t('common.clipboardCleared') : t('common.clipboardClears', { age })}
    </p>
  );
}
