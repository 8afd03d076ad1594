// One labelled input of a channel's form. Unlike ui/text-field it can hide what is typed, keeps its help beside an
// error, and never lets anything remember a secret.

import styles from '../../ui/text-field.module.css';

export interface FormFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly secret?: boolean;
  readonly placeholder?: string | undefined;
  readonly disabled?: boolean;
  /** Unlike a field that is disabled it keeps the focus. */
  readonly readOnly?: boolean;
  readonly maxLength: number;
  readonly mono?: boolean;
  /** Offered while typing. */
  readonly suggestions?: readonly { readonly value: string; readonly label: string }[];
  readonly testId: string;
}

export function FormField(props: FormFieldProps) {
  const { id, label, value, onChange, help, error, secret = false, suggestions, testId } = props;
  const described = [error !== undefined && `${id}-error`, help !== undefined && `${id}-help`]
    .filter(Boolean)
    .join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.line}>
        <input
          id={id}
          type={secret ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={value}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          disabled={props.disabled}
          readOnly={props.readOnly}
          data-mono={props.mono || undefined}
          list={suggestions && `${id}-list`}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={described || undefined}
          data-testid={testId}
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label}
            </option>
          ))}
        </datalist>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert" data-testid={`${testId}-error`}>
          {error}
        </p>
      )}
      {help !== undefined && (
        <p id={`${id}-help`} className={styles.help}>
          {help}
        </p>
      )}
    </div>
  );
}
