// The two building blocks of the Settings page: a titled group, and a row with its label, help and control.

import type { ReactNode } from 'react';
import styles from './settings.module.css';

export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h2>{title}</h2>
      <div className={styles.rows}>{children}</div>
    </section>
  );
}

export interface RowProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | undefined;
  readonly children: ReactNode;
  readonly testId?: string;
}

export function Row({ label, help, error, children, testId }: RowProps) {
  return (
    <div className={styles.row} data-testid={testId} data-invalid={error === undefined ? undefined : true}>
      <div className={styles.text}>
        <span>{label}</span>
        {help !== undefined && <p>{help}</p>}
        {error !== undefined && (
          <p className={styles.error} role="alert">
            {error}
          </p>
        )}
      </div>
      <div className={styles.control}>{children}</div>
    </div>
  );
}
