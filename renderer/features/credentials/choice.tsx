// One of several ways to do something, with what it means below its name. Used by the dialogs that change the
// credential and who may connect.

import styles from './credentials.module.css';

export interface ChoiceProps<T extends string> {
  /** The same for all ways of one question. */
  readonly group: string;
  readonly name: string;
  readonly help: string;
  readonly value: T;
  readonly checked: boolean;
  /** Marked when it is picked. */
  readonly danger?: boolean;
  readonly onPick: (value: T) => void;
  readonly testId: string;
}

export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { group, name, help, value, checked, danger, onPick, testId } = props;
  return (
    <label className={styles.choice} data-danger={danger || undefined}>
      <input
        type="radio"
        name={group}
        value={value}
        checked={checked}
        onChange={() => onPick(value)}
        data-testid={testId}
      />
      <span>
        <strong>{name}</strong>
        <span>{help}</span>
      </span>
    </label>
  );
}
