// A command that sends one message to the webhook. Holds a placeholder, never the secret.

import { useI18n } from '../../i18n/i18n-context';
import styles from './channels.module.css';
import { curlExample } from './channels-view';

export function CurlExample({ url }: { readonly url: string }) {
  const { t } = useI18n();
  return (
    <section className={styles.example}>
      <h3>{t('channels.example.title')}</h3>
      <pre data-testid="curl-example">{curlExample(url, t('channels.example.text'))}</pre>
      <p>{t('channels.example.note')}</p>
    </section>
  );
}
