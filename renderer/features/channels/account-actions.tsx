// What can be done with an account. Acts that others notice or that delete something ask first, naming the account.

import { useState } from 'react';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import type { IpcReply } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { ConfirmDialog } from '../../ui/dialog';
import styles from './channels.module.css';
import { channelTitle, kindName } from './channels-view';

export interface AccountActionsProps {
  readonly status: ChannelAccountStatus;
  readonly gatewayIsUp: boolean;
  /** Undefined until the table of channels is known. */
  readonly kind: ChannelKindView | undefined;
  readonly onEdit: () => void;
  readonly onLogin: () => void;
  /** A secret is on the clipboard until then (epoch ms). */
  readonly onSecret: (clearsAt: number) => void;
}

type Question = 'secret' | 'logout' | 'remove';

export function AccountActions(props: AccountActionsProps) {
  const { status, gatewayIsUp, kind, onEdit, onLogin, onSecret } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const account = { channel: status.channel, accountId: status.accountId };
  const probe = useAction(() => api.call('channels.probe', account));
  const restart = useAction(() => api.call('channels.restart', account));
  const toggle = useAction(() => api.call('channels.setEnabled', { ...account, enabled: !status.enabled }));
  const newSecret = async () => {
    const reply = await api.call('channels.newSecret', account);
    if (reply.ok) onSecret(reply.value.clearsAt);
    return reply;
  };
  const first = useAction(newSecret);
  /** The result that stood there before it was checked again (epoch ms): no answer to that. */
  const [before, setBefore] = useState<number>();
  const [asking, setAsking] = useState<Question>();
  const hasSecret = status.credentialSource === 'store';
  const running = status.enabled && status.configured && gatewayIsUp;
  const errors = [probe, restart, toggle, first].flatMap(({ error }) => error ?? []);
  return (
    <>
      <div className={styles.actions}>
        {kind?.setUp === 'qr' && (
          <Button
            weight={status.linked === false ? 'primary' : 'plain'}
            onClick={onLogin}
            testId="channel-login"
          >
            {t(status.linked ? 'channels.action.loginAgain' : 'channels.action.login')}
          </Button>
        )}
        {kind?.setUp === 'own' && !hasSecret && (
          <Button
            weight="primary"
            busy={first.busy}
            onClick={() => void first.run()}
            testId="channel-first-secret"
          >
            {t('channels.action.firstSecret')}
          </Button>
        )}
        <Button
          busy={probe.busy}
          disabled={!running}
          onClick={() => {
            setBefore(status.probe?.at);
            void probe.run();
          }}
          testId="channel-probe"
        >
          {t('channels.action.probe')}
        </Button>
        <Button
          busy={restart.busy}
          disabled={!running}
          onClick={() => void restart.run()}
          testId="channel-restart"
        >
          {t('channels.action.restart')}
        </Button>
        <Button busy={toggle.busy} onClick={() => void toggle.run()} testId="channel-toggle">
          {t(status.enabled ? 'channels.action.disable' : 'channels.action.enable')}
        </Button>
        {kind && (
          <Button
            weight={kind.setUp === 'fields' && status.word === 'action-needed' ? 'primary' : 'plain'}
            onClick={onEdit}
            testId="channel-edit"
          >
            {t('channels.action.edit')}
          </Button>
        )}
        {kind?.setUp === 'own' && hasSecret && (
          <Button onClick={() => setAsking('secret')} testId="channel-new-secret">
            {t('channels.action.newSecret')}
          </Button>
        )}
        {kind && kind.setUp !== 'own' && hasSecret && (
          <Button onClick={() => setAsking('logout')} testId="channel-logout">
            {t('channels.action.logout')}
          </Button>
        )}
        <Button onClick={() => setAsking('remove')} testId="channel-remove">
          {t('channels.action.remove')}
        </Button>
      </div>
      {probe.value !== undefined && status.probe && status.probe.at !== before && (
        <p className={styles.done} role="status">
          {t(status.probe.ok ? 'channels.done.probe.ok' : 'channels.done.probe.failed')}
        </p>
      )}
      {restart.value !== undefined && (
        <p className={styles.done} role="status">
          {t('channels.done.restart')}
        </p>
      )}
      {errors.map((error) => (
        <InlineError key={error.code}>{i18n.error(error)}</InlineError>
      ))}
      <Questions
        asking={asking}
        onClose={() => setAsking(undefined)}
        status={status}
        kind={kind}
        newSecret={newSecret}
      />
    </>
  );
}

interface QuestionsProps {
  readonly asking: Question | undefined;
  readonly onClose: () => void;
  readonly status: ChannelAccountStatus;
  readonly kind: ChannelKindView | undefined;
  readonly newSecret: () => Promise<IpcReply<unknown>>;
}

function Questions({ asking, onClose, status, kind, newSecret }: QuestionsProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const account = { channel: status.channel, accountId: status.accountId };
  const name = channelTitle(status, i18n);
  const vendor = kindName(status.channel, status.label, i18n);
  const errorOf = (reply: IpcReply<unknown>) => (reply.ok ? undefined : reply.error);
  return (
    <>
      <ConfirmDialog
        open={asking === 'secret'}
        onClose={onClose}
        title={t('channels.secret.title')}
        confirm={t('channels.secret.confirm')}
        testId="dialog-new-secret"
        onConfirm={async () => errorOf(await newSecret())}
      >
        <p>{t('channels.secret.body')}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'logout'}
        onClose={onClose}
        title={t('channels.logout.title', { name })}
        confirm={t('channels.logout.confirm')}
        danger
        testId="dialog-logout"
        onConfirm={async () => errorOf(await api.call('channels.logout', account))}
      >
        <p>{kind?.setUp === 'qr' ? t('channels.logout.bodyQr', { vendor }) : t('channels.logout.body')}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'remove'}
        onClose={onClose}
        title={t('channels.remove.title', { name })}
        confirm={t('channels.remove.confirm')}
        danger
        testId="dialog-remove"
        onConfirm={async () => errorOf(await api.call('channels.remove', account))}
      >
        <p>
          {kind?.setUp === 'own'
            ? t('channels.remove.bodyOwn', { account: status.accountId })
            : t('channels.remove.body', { account: status.accountId, vendor })}
        </p>
      </ConfirmDialog>
    </>
  );
}
