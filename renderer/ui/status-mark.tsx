// A state as shape and colour; the word stands beside it. The shapes differ so that the state can be read
// without colour, and red is never used for something that is off by choice.

import type { ReactNode } from 'react';
import styles from './status-mark.module.css';

export type Tone = 'ok' | 'info' | 'warn' | 'bad' | 'muted';
export type Shape =
  | 'tick'
  | 'ring'
  | 'triangle'
  | 'key'
  | 'retry'
  | 'cross'
  | 'hollow'
  | 'dash'
  | 'question'
  | 'dot';

const DRAWINGS: Readonly<Record<Shape, ReactNode>> = {
  tick: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m4.9 8.2 2.2 2.2 4.1-4.5" className={styles.cut} />
    </>
  ),
  cross: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" className={styles.cut} />
    </>
  ),
  triangle: (
    <>
      <path
        d="M7 2.1a1.15 1.15 0 0 1 2 0l5.6 10a1.15 1.15 0 0 1-1 1.7H2.4a1.15 1.15 0 0 1-1-1.7Z"
        fill="currentColor"
      />
      <path d="M8 5.9v3.3m0 2.2v.05" className={styles.cut} />
    </>
  ),
  question: (
    <>
      <circle cx="8" cy="8" r="6.2" className={styles.line} />
      <path d="M6.2 6.4c.1-2.4 3.7-2.3 3.7-.1 0 1.4-1.9 1.5-1.9 2.9m0 2.1v.05" className={styles.line} />
    </>
  ),
  ring: (
    <>
      <circle cx="8" cy="8" r="6" className={styles.track} />
      <path d="M8 2a6 6 0 0 1 6 6" className={styles.line} />
    </>
  ),
  retry: <path d="M13.6 8A5.6 5.6 0 1 1 11.7 3.8M12.3 1.6v2.9H9.4" className={styles.line} />,
  key: (
    <>
      <circle cx="5.2" cy="10.8" r="3.3" className={styles.line} />
      <path d="m7.7 8.3 5.6-5.6m-2.6 2.6 2.1 2.1" className={styles.line} />
    </>
  ),
  hollow: <circle cx="8" cy="8" r="6" className={styles.line} />,
  dash: (
    <>
      <circle cx="8" cy="8" r="6.2" className={styles.line} />
      <path d="M5.4 8h5.2" className={styles.line} />
    </>
  ),
  dot: <circle cx="8" cy="8" r="3.2" fill="currentColor" />,
};

export interface StatusMarkProps {
  readonly tone: Tone;
  readonly shape: Shape;
  readonly size?: number;
}

/** Decoration for screen readers: the word beside it carries the meaning. */
export function StatusMark({ tone, shape, size = 14 }: StatusMarkProps) {
  return (
    <svg
      className={styles.mark}
      data-tone={tone}
      data-shape={shape}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      {DRAWINGS[shape]}
    </svg>
  );
}

export interface StatusWordProps extends StatusMarkProps {
  readonly children: ReactNode;
  readonly testId?: string;
}

/** Mark and word together. */
export function StatusWord({ children, testId, ...mark }: StatusWordProps) {
  return (
    <span className={styles.word} data-tone={mark.tone} data-testid={testId}>
      <StatusMark {...mark} />
      <span>{children}</span>
    </span>
  );
}
