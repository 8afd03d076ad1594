// A whole number that is saved with Enter or when the field is left. Main judges it; until it agrees, the typed
// text stays with the error beside it.

import { useEffect, useState } from 'react';
import type { SettingsPatch } from '../../../shared/model/settings';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Row } from './row';
import styles from './settings.module.css';
import { type NumberField, parseWholeNumber, settingsErrorText } from './settings-view';

export interface NumberRowProps {
  readonly field: NumberField;
  /** As stored. */
  readonly value: number;
  /** Stored units per unit on screen. */
  readonly scale?: number;
  readonly unit?: string;
  readonly patch: (value: number) => SettingsPatch;
}

export function NumberRow({ field, value, scale = 1, unit, patch }: NumberRowProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { settings } = useServices();
  const stored = String(value / scale);
  const [text, setText] = useState(stored);
  const [error, setError] = useState<string>();
  const [saved, setSaved] = useState(false);
  // While rendering: an effect that comes late would take back what was typed since.
  const [shown, setShown] = useState(stored);
  if (shown !== stored) {
    setShown(stored);
    setText(stored);
    setError(undefined);
  }
  useEffect(() => {
    if (!saved) return;
    const timer = setTimeout(() => setSaved(false), 2_000);
    return () => clearTimeout(timer);
  }, [saved]);

  const save = async () => {
    if (text.trim() === stored) {
      setError(undefined);
      return;
    }
    const number = parseWholeNumber(text);
    if (number === undefined) {
      setError(t(`settings.${field}.error`));
      return;
    }
    const reply = await settings.update(patch(number * scale));
    setError(reply.ok ? undefined : settingsErrorText(reply.error, field, i18n));
    setSaved(reply.ok);
  };

  const label = t(`settings.${field}`);
  return (
    <Row label={label} help={t(`settings.${field}.help`)} error={error} testId={`row-${field}`}>
      {saved && (
        <span className={styles.saved} role="status">
          {t('settings.saved')}
        </span>
      )}
      <input
        className={styles.number}
        inputMode="numeric"
        value={text}
        aria-label={label}
        aria-invalid={error === undefined ? undefined : true}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void save();
          if (event.key === 'Escape') {
            setText(stored);
            setError(undefined);
          }
        }}
        data-testid={`setting-${field}`}
      />
      {unit !== undefined && <span className={styles.unit}>{unit}</span>}
    </Row>
  );
}
