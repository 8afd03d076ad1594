// What somebody needs who sends to a webhook: where to, how to prove himself, an example, and where answers go. Holds a
// placeholder, never the secret.

import { useEffect, useState } from 'react';
import type { ChannelForm } from '../../../shared/ipc/channels';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useObservable, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Fact } from '../../ui/card';
import { foreignText } from '../../ui/foreign-text';
import styles from './channels.module.css';
import { curlExample, deliveryUrl } from './channels-view';

export interface WebhookPanelProps {
  readonly status: ChannelAccountStatus;
  readonly gatewayUrl: string | undefined;
  readonly form: ChannelForm | undefined;
}

/** Undefined for other channels. As stored now, whoever has changed it. */
export function useWebhookForm({ channel, accountId }: ChannelAccountStatus): ChannelForm | undefined {
  const { api, settings } = useServices();
  const stored = useObservable(settings.state).settings;
  const [form, setForm] = useState<ChannelForm>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other settings are the reason to ask again
  useEffect(() => {
    if (channel !== 'webhook') return;
    let isOver = false;
    void api.call('channels.form', { channel, accountId }).then((reply) => {
      if (!isOver && reply.ok) setForm(reply.value);
    });
    return () => {
      isOver = true;
    };
  }, [api, channel, accountId, stored]);
  return form;
}

export function WebhookFacts({ status, gatewayUrl, form }: WebhookPanelProps) {
  const { t } = useI18n();
  const { webhookPath } = status;
  const replyUrl = form?.values.replyUrl;
  return (
    <>
      {webhookPath !== undefined && (
        <Fact name={t('channels.detail.path')} testId="webhook-path">
          <code>
            {gatewayUrl?.replace(/^ws/, 'http')}
            <wbr />
            {webhookPath}
          </code>
        </Fact>
      )}
      {form && (
        <>
          <Fact name={t('channels.detail.signature')} testId="webhook-signature">
            {t(`choice.${signatureOf(form)}`)}
          </Fact>
          <Fact name={t('channels.detail.replyUrl')} testId="webhook-reply">
            {replyUrl === undefined ? t('channels.detail.replyUrl.none') : shownUrl(replyUrl)}
          </Fact>
        </>
      )}
    </>
  );
}

export function WebhookExample({ status, gatewayUrl, form }: WebhookPanelProps) {
  const { t } = useI18n();
  const url = deliveryUrl(gatewayUrl, status.webhookPath);
  if (url === undefined || form === undefined) return null;
  const signature = signatureOf(form);
  return (
    <section className={styles.example}>
      <h3>{t('channels.example.title')}</h3>
      <pre data-testid="curl-example">{curlExample(url, t('channels.example.text'), signature)}</pre>
      <p>{t(signature === 'bearer' ? 'channels.example.note' : 'channels.example.noteSigned')}</p>
    </section>
  );
}

function signatureOf({ values }: ChannelForm): 'bearer' | 'hmac-sha256' {
  return values.signature === 'hmac-sha256' ? 'hmac-sha256' : 'bearer';
}

/** Without its path: that can be a secret of the receiver. */
function shownUrl(text: string): string {
  try {
    const { origin, pathname } = new URL(text);
    return foreignText(pathname === '/' ? origin : `${origin}/…`);
  } catch {
    return foreignText(text);
  }
}
