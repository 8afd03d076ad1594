// Asks before the gateway stops: how many clients go, and what else stands still.

import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { ConfirmDialog } from '../../ui/dialog';

export interface GatewayDialogProps {
  readonly open: boolean;
  readonly clients: number;
  readonly onClose: () => void;
}

export function StopDialog({ open, clients, onClose }: GatewayDialogProps) {
  const { t } = useI18n();
  const { api } = useServices();
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={t('overview.stop.title')}
      confirm={t('overview.stop.confirm')}
      danger
      testId="dialog-stop"
      onConfirm={async () => {
        const reply = await api.call('gateway.stop');
        return reply.ok ? undefined : reply.error;
      }}
    >
      <p>{clients > 0 ? t('overview.stop.body', { count: clients }) : t('overview.stop.bodyNone')}</p>
      <p>{t('overview.stop.channels')}</p>
    </ConfirmDialog>
  );
}
