// Push buttons in four weights. `busy` keeps the width and stops further clicks without losing focus.

import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { StatusMark } from './status-mark';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly children: ReactNode;
  readonly weight?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly icon?: ReactNode;
  readonly busy?: boolean;
  readonly testId?: string;
}

export function Button({
  children,
  weight = 'plain',
  icon,
  busy = false,
  testId,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={className ? `${styles.button} ${className}` : styles.button}
      data-weight={weight}
      data-testid={testId}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {busy ? <StatusMark tone="muted" shape="ring" size={13} /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** What it does, in words; also its tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly testId?: string;
}

export function IconButton({ label, icon, testId, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={className ? `${styles.icon} ${className}` : styles.icon}
      data-testid={testId}
    >
      {icon}
    </button>
  );
}
