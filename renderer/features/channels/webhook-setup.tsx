// The offer to set up the first webhook: what it is in one sentence, and one button that turns it on and puts
// its new secret on the clipboard.

import { useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { Card, InlineError } from '../../ui/card';

const ACCOUNT = { channel: 'webhook', accountId: 'default' } as const;

export interface WebhookSetupProps {
  /** The account exists from here on and this card goes away, so the page shows the rest. */
  readonly onSecret: (clearsAt: number) => void;
  readonly onSecretFailed: (error: IpcError) => void;
}

export function WebhookSetup({ onSecret, onSecretFailed }: WebhookSetupProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<IpcError>();
  const setUp = async () => {
    setBusy(true);
    setError(undefined);
    const enabled = await api.call('channels.setEnabled', { ...ACCOUNT, enabled: true });
    if (!enabled.ok) {
      setBusy(false);
      setError(enabled.error);
      return;
    }
    const secret = await api.call('channels.newSecret', ACCOUNT);
    setBusy(false);
    if (secret.ok) onSecret(secret.value.clearsAt);
    else onSecretFailed(secret.error);
  };
  return (
    <Card
      title={t('channels.setup.title')}
      testId="webhook-setup"
      footer={
        <>
          <Button weight="primary" busy={busy} onClick={() => void setUp()} testId="webhook-set-up">
            {t('channels.setup.action')}
          </Button>
          {error && <InlineError>{i18n.error(error)}</InlineError>}
        </>
      }
    >
      <p>{t('channels.setup.body')}</p>
    </Card>
  );
}
