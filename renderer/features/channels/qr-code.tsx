// Draws a QR code, dark on white in every theme, because phones read no other. The text never stands in the document.

import { useMemo } from 'react';
import { useI18n } from '../../i18n/i18n-context';
import { InlineError } from '../../ui/card';
import styles from './login.module.css';
import { qrPath } from './qr-path';

/** The standard's quiet zone, in squares. */
const QUIET = 4;

export interface QrCodeProps {
  readonly text: string;
  readonly vendor: string;
  /** Still there, but no longer to be scanned. */
  readonly isUsed: boolean;
}

export function QrCode({ text, vendor, isUsed }: QrCodeProps) {
  const { t } = useI18n();
  const code = useMemo(() => qrPath(text), [text]);
  if (!code) return <InlineError>{t('login.tooLong', { vendor })}</InlineError>;
  const side = code.size + 2 * QUIET;
  return (
    <svg
      className={styles.code}
      data-used={isUsed || undefined}
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={t('login.qr', { vendor })}
      data-testid="qr-code"
    >
      <path d={`M${-QUIET} ${-QUIET}h${side}v${side}h${-side}z`} fill="#ffffff" />
      <path d={code.path} fill="#000000" />
    </svg>
  );
}
