// A link to a vendor's page out of the table of channels. Opens in the system's browser: the shell denies the window and
// hands plain https addresses over. Never made of anything that a vendor or a sender wrote.

import { ExternalLink } from 'lucide-react';
import { useI18n } from '../../i18n/i18n-context';
import styles from './channels.module.css';

export function VendorLink({ url }: { readonly url: string }) {
  const { t } = useI18n();
  const { host, protocol } = new URL(url);
  if (protocol !== 'https:') return null;
  return (
    <a className={styles.link} href={url} target="_blank" rel="noreferrer" data-testid="vendor-link">
      {t('form.vendorPage', { host })}
      <ExternalLink size={12} aria-hidden="true" />
    </a>
  );
}
