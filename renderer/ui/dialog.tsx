// Modal dialogs. None closes by a click beside it: what was typed would be gone. ConfirmDialog asks before an act that
// others notice, runs it, and stays open with the error in words when it fails.

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { type ReactNode, useState } from 'react';
import type { IpcError } from '../../shared/ipc/contract';
import { useI18n } from '../i18n/i18n-context';
import { Button } from './button';
import { InlineError } from './card';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  /** Scrolls when it does not fit; what is beside it stays in sight. */
  readonly children?: ReactNode;
  /** What came of the last action, beside the buttons. */
  readonly news?: ReactNode;
  readonly actions: ReactNode;
  /** Where to begin; the first thing in it that takes the focus when absent or undefined. */
  readonly initialFocus?: () => HTMLElement | null | undefined;
  readonly testId?: string;
}

/** One is open, and would be gone with all that was typed into it if the page changed. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"][data-open], [role="alertdialog"][data-open]') !== null;
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, children, news, actions, initialFocus, testId } = props;
  return (
    <BaseDialog.Root open={open} onOpenChange={(next) => !next && onClose()} disablePointerDismissal>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.backdrop} />
        <BaseDialog.Popup
          className={styles.popup}
          initialFocus={() => initialFocus?.() ?? true}
          data-testid={testId}
        >
          <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
          {description !== undefined && (
            <BaseDialog.Description className={styles.description}>{description}</BaseDialog.Description>
          )}
          <div className={styles.body}>{children}</div>
          {news}
          <div className={styles.actions}>{actions}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

export interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly danger?: boolean;
  /** Resolves with the error to show, or undefined when done (the dialog then closes). */
  readonly onConfirm: () => Promise<IpcError | undefined>;
  readonly testId?: string;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const i18n = useI18n();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<IpcError>();
  const close = () => {
    setError(undefined);
    props.onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    const failed = await props.onConfirm();
    setBusy(false);
    if (failed) setError(failed);
    else close();
  };
  return (
    <AlertDialog.Root open={props.open} onOpenChange={(next) => !next && !busy && close()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup} data-testid={props.testId}>
          <AlertDialog.Title className={styles.title}>{props.title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.description} render={<div />}>
            {props.children}
          </AlertDialog.Description>
          {error && <InlineError>{i18n.error(error)}</InlineError>}
          <div className={styles.actions}>
            <Button onClick={close} disabled={busy}>
              {i18n.t('common.cancel')}
            </Button>
            <Button
              weight={props.danger ? 'danger' : 'primary'}
              busy={busy}
              onClick={() => void confirm()}
              testId="confirm"
            >
              {props.confirm}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
