// The gateway token: known by its fingerprint, copied through the clipboard in main, adopted, rotated. The token
// itself never reaches this window.

import { ClipboardPaste, Copy, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { CredentialStatus } from '../../../shared/model/token';
import { useAction, useObservable, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, Fact, Facts, Fingerprint, InlineError } from '../../ui/card';
import { ClipboardNote } from '../../ui/clipboard-note';
import { StatusMark } from '../../ui/status-mark';
import { AdoptDialog } from './adopt-dialog';
import { kindWord } from './clipboard-secret';
import styles from './credentials.module.css';
import { RotateDialog } from './rotate-dialog';

export interface TokenCardProps {
  readonly credential: Extract<CredentialStatus, { readonly state: 'ready' }>;
  readonly clients: number;
}

export function TokenCard({ credential, clients }: TokenCardProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api, settings } = useServices();
  const { mode } = useObservable(settings.state).settings?.gateway.auth ?? {};
  // As main judges it: what the settings ask for, also while there is none of that kind yet.
  const kind = mode === 'password' ? 'password' : 'token';
  const [copied, setCopied] = useState<number>();
  const copy = useAction(async () => {
    const reply = await api.call('credential.copy');
    if (reply.ok) setCopied(credential.generation);
    return reply;
  });
  const [dialog, setDialog] = useState<'adopt' | 'rotate'>();
  const close = () => setDialog(undefined);
  return (
    <Card
      title={t(credential.mode === 'password' ? 'cred.password' : 'cred.token')}
      {...(credential.mode === 'none' && { help: t('cred.unused') })}
      testId="card-token"
      footer={
        <>
          <Button
            weight="primary"
            icon={<Copy size={13} aria-hidden="true" />}
            busy={copy.busy}
            onClick={() => void copy.run()}
            testId="token-copy"
          >
            {t('cred.copy', { what: kindWord(credential.mode === 'password' ? 'password' : 'token', i18n) })}
          </Button>
          <Button
            icon={<RefreshCw size={13} aria-hidden="true" />}
            onClick={() => setDialog('rotate')}
            testId="token-rotate"
          >
            {t('cred.rotate')}
          </Button>
          <Button
            icon={<ClipboardPaste size={13} aria-hidden="true" />}
            onClick={() => setDialog('adopt')}
            testId="token-adopt"
          >
            {t('cred.adopt')}
          </Button>
          {copy.error && <InlineError>{i18n.error(copy.error)}</InlineError>}
        </>
      }
    >
      <div className={styles.fingerprint}>
        <span className={styles.label}>{t('cred.fingerprint')}</span>
        <span data-testid="token-fingerprint">
          <Fingerprint value={credential.fingerprint} />
        </span>
        <p>{t('cred.fingerprint.help')}</p>
      </div>
      <Facts>
        <Fact name={t('cred.generation')} testId="token-generation" help={t('cred.generation.help')}>
          {i18n.number(credential.generation)}
        </Fact>
        <Fact name={t('cred.since')}>
          {i18n.instant(credential.since)} (<Age at={credential.since} />)
        </Fact>
        <Fact name={t('cred.origin')}>{t(`cred.origin.${credential.origin}`)}</Fact>
        <Fact name={t('cred.storage')} testId="token-storage">
          <span className={styles.storage} data-backend={credential.backend}>
            {credential.backend === 'plain' && <StatusMark tone="warn" shape="triangle" />}
            {t(`cred.storage.${credential.backend}`)}
          </span>
        </Fact>
      </Facts>
      {/* After a rotation the clipboard holds the old token; the note would be about the wrong one. */}
      {copy.value && copied === credential.generation && <ClipboardNote clearsAt={copy.value.clearsAt} />}
      {dialog === 'rotate' && (
        <RotateDialog credential={credential} kind={kind} clients={clients} onClose={close} />
      )}
      {dialog === 'adopt' && <AdoptDialog kind={kind} clients={clients} onClose={close} />}
    </Card>
  );
}
