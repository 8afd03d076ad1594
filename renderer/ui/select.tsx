// A drop-down of a few fixed choices, typed by its values.

import { Select as BaseSelect } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import styles from './select.module.css';

export interface SelectItem<T extends string> {
  readonly value: T;
  readonly label: string;
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly items: readonly SelectItem<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  /** The id of its help. */
  readonly describedBy?: string | undefined;
  readonly testId?: string;
}

export function Select<T extends string>({
  label,
  value,
  items,
  onChange,
  disabled,
  describedBy,
  testId,
}: SelectProps<T>) {
  return (
    <BaseSelect.Root
      items={items}
      value={value}
      disabled={disabled ?? false}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <BaseSelect.Trigger
        className={styles.trigger}
        aria-label={label}
        aria-describedby={describedBy}
        data-testid={testId}
      >
        <BaseSelect.Value />
        <BaseSelect.Icon className={styles.chevron}>
          <ChevronDown size={14} aria-hidden="true" />
        </BaseSelect.Icon>
      </BaseSelect.Trigger>
      <BaseSelect.Portal>
        <BaseSelect.Positioner className={styles.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <BaseSelect.Popup className={styles.popup}>
            <BaseSelect.List className={styles.list}>
              {items.map((item) => (
                <BaseSelect.Item key={item.value} value={item.value} className={styles.item}>
                  <BaseSelect.ItemIndicator className={styles.check}>
                    <Check size={13} aria-hidden="true" />
                  </BaseSelect.ItemIndicator>
                  <BaseSelect.ItemText className={styles.text}>{item.label}</BaseSelect.ItemText>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}
