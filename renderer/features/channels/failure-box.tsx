// What went wrong, why, and what to do, in a tinted box. What vendors say is shown as text and nothing else.

import type { ReactNode } from 'react';
import styles from './channels.module.css';
import type { FailureText } from './channels-view';

export interface FailureBoxProps {
  /** Stands in the first line. */
  readonly title: ReactNode;
  readonly failure: Pick<FailureText, 'why' | 'fix'>;
  /** It has just happened, by what the reader did: say it aloud. */
  readonly isNews?: boolean;
  readonly children?: ReactNode;
  readonly testId: string;
}

export function FailureBox({ title, failure, isNews = false, children, testId }: FailureBoxProps) {
  return (
    <div className={styles.failure} role={isNews ? 'alert' : undefined} data-testid={testId}>
      <p>{title}</p>
      {failure.why !== undefined && <p className={styles.fix}>{failure.why}</p>}
      {failure.fix !== undefined && <p className={styles.fix}>{failure.fix}</p>}
      {children}
    </div>
  );
}
