// An on/off switch that takes effect at once.

import { Switch as BaseSwitch } from '@base-ui/react/switch';
import styles from './switch.module.css';

export interface SwitchProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
}

export function Switch({ label, checked, onChange, disabled = false, testId }: SwitchProps) {
  return (
    <BaseSwitch.Root
      className={styles.root}
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={(next) => onChange(next)}
      data-testid={testId}
    >
      <BaseSwitch.Thumb className={styles.thumb} />
    </BaseSwitch.Root>
  );
}
