// A labelled text input of a dialog, of one or several lines, with its help or its error below.

import { type ReactNode, useId } from 'react';
import styles from './text-field.module.css';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  readonly type?: 'text' | 'datetime-local' | 'url';
  readonly multiline?: boolean;
  readonly mono?: boolean;
  readonly maxLength?: number;
  /** Offered while typing; any other text is allowed too. */
  readonly suggestions?: readonly string[];
  /** Stands to the right of the input. */
  readonly after?: ReactNode;
  readonly testId: string;
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const { label, value, onChange, help, error, type = 'text', suggestions, after, testId } = props;
  const note = `${id}-note`;
  const common = {
    id,
    value,
    maxLength: props.maxLength,
    spellCheck: false,
    'data-mono': props.mono || undefined,
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': error === undefined && help === undefined ? undefined : note,
    'data-testid': testId,
  } as const;
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        {props.multiline ? (
          <textarea {...common} rows={3} dir="auto" onChange={(event) => onChange(event.target.value)} />
        ) : (
          <input
            {...common}
            type={type}
            list={suggestions && `${id}-list`}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
        {after}
      </div>
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {error !== undefined ? (
        <p id={note} className={styles.error} role="alert" data-testid={`${testId}-error`}>
          {error}
        </p>
      ) : (
        help !== undefined && (
          <p id={note} className={styles.help}>
            {help}
          </p>
        )
      )}
    </div>
  );
}
