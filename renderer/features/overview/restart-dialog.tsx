// Asks before the gateway restarts. Used by the Overview and, to apply a changed setting, by Settings.

import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { ConfirmDialog } from '../../ui/dialog';
import type { GatewayDialogProps } from './stop-dialog';

export function RestartDialog({ open, clients, onClose }: GatewayDialogProps) {
  const { t } = useI18n();
  const { api } = useServices();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t('overview.restart.title')}
      confirm={t('overview.restart.confirm')}
      testId="dialog-restart"
      onConfirm={async () => {
        const reply = await api.call('gateway.restart');
        return reply.ok ? undefined : reply.error;
      }}
    >
      <p>{clients > 0 ? t('overview.restart.body', { count: clients }) : t('overview.restart.bodyNone')}</p>
    </ConfirmDialog>
  );
}
