// What a device may do or asks to do, one plain sentence per right; the powerful ones are marked by shape and word.

import type { Scope } from '../../../shared/protocol/scopes';
import { useI18n } from '../../i18n/i18n-context';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import styles from './devices.module.css';
import { byPower, isPowerful } from './devices-view';

export interface ScopeListProps {
  readonly scopes: readonly Scope[];
  /** What is approved already: the rest is marked as new. */
  readonly held?: readonly Scope[] | undefined;
}

export function ScopeList({ scopes, held }: ScopeListProps) {
  const { t, language } = useI18n();
  return (
    <ul className={styles.scopes}>
      {byPower(scopes).map((scope) => (
        <li key={scope} data-scope={scope} data-powerful={isPowerful(scope) || undefined}>
          <StatusMark
            tone={isPowerful(scope) ? 'warn' : 'muted'}
            shape={isPowerful(scope) ? 'key' : 'dot'}
            size={13}
          />
          <span>{Object.hasOwn(language.scopes, scope) ? language.scopes[scope] : foreignText(scope)}</span>
          {isPowerful(scope) && <strong>{t('pairing.powerful')}</strong>}
          {held && !held.includes(scope) && <em>{t('pairing.new')}</em>}
        </li>
      ))}
    </ul>
  );
}
