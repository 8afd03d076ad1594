// The eight channels to choose from: what each is in one line, and what one needs to have at hand. Inside the page while
// there is no account, and in the dialog "Add a channel".

import type { Ref } from 'react';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import { useI18n } from '../../i18n/i18n-context';
import { ChannelIcon } from './channel-icon';
import styles from './channels.module.css';

export interface ChannelPickerProps {
  readonly ref?: Ref<HTMLUListElement>;
  readonly kinds: readonly ChannelKindView[];
  readonly onPick: (kind: ChannelKindView) => void;
}

export function ChannelPicker({ ref, kinds, onPick }: ChannelPickerProps) {
  const { t } = useI18n();
  return (
    <ul ref={ref} className={styles.picker} data-testid="channel-picker">
      {kinds.map((kind) => (
        <li key={kind.id}>
          <button
            type="button"
            className={styles.pick}
            onClick={() => onPick(kind)}
            data-testid={`pick-${kind.id}`}
          >
            <ChannelIcon channel={kind.id} size={20} />
            <span className={styles.rowText}>
              <span className={styles.name}>{t(`kind.${kind.id}.name`)}</span>
              <span>{t(`kind.${kind.id}.what`)}</span>
              <span className={styles.need}>{t('pick.need', { need: t(`kind.${kind.id}.need`) })}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
