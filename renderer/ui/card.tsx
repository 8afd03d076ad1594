// The bordered box with a heading, its list of facts, and the small parts that pages share.

import type { ReactNode } from 'react';
import styles from './card.module.css';

export interface CardProps {
  readonly title: ReactNode;
  /** Sits at the right end of the heading line. */
  readonly aside?: ReactNode;
  readonly help?: ReactNode;
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
  readonly tone?: 'warn' | 'plain';
  readonly testId?: string;
}

export function Card({ title, aside, help, footer, children, tone = 'plain', testId }: CardProps) {
  return (
    <section className={styles.card} data-tone={tone} data-testid={testId}>
      <header className={styles.head}>
        <h2>{title}</h2>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </header>
      {help !== undefined && <p className={styles.help}>{help}</p>}
      {children}
      {footer !== undefined && <footer className={styles.foot}>{footer}</footer>}
    </section>
  );
}

/** A definition list: names on the left in one column, values aligned on the right of them. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.facts}>{children}</dl>;
}

export interface FactProps {
  readonly name: ReactNode;
  readonly children: ReactNode;
  readonly testId?: string;
  readonly help?: string;
}

export function Fact({ name, children, testId, help }: FactProps) {
  return (
    <>
      <dt title={help}>{name}</dt>
      <dd data-testid={testId}>{children}</dd>
    </>
  );
}

export interface PageProps {
  readonly id: string;
  readonly title: string;
  readonly intro?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** The page fills the height and scrolls inside (the log), instead of scrolling as a whole. */
  readonly fill?: boolean;
}

export function Page({ id, title, intro, aside, children, fill = false }: PageProps) {
  return (
    <div className={styles.page} data-testid={`page-${id}`} data-fill={fill || undefined}>
      <header className={styles.pageHead}>
        <div>
          <h1>{title}</h1>
          {intro !== undefined && <p>{intro}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}

export interface EmptyStateProps {
  readonly mark: ReactNode;
  readonly title: string;
  readonly help?: ReactNode;
  readonly action?: ReactNode;
  readonly testId?: string;
}

export function EmptyState({ mark, title, help, action, testId }: EmptyStateProps) {
  return (
    <div className={styles.empty} data-testid={testId}>
      {mark}
      <strong>{title}</strong>
      {help !== undefined && <p>{help}</p>}
      {action}
    </div>
  );
}

/** The error of the button beside it, announced when it appears. */
export function InlineError({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.error} role="alert">
      {children}
    </p>
  );
}

export function Fingerprint({ value }: { readonly value: string }) {
  return (
    <code className={styles.fingerprint} data-fingerprint={value}>
      {value}
    </code>
  );
}
