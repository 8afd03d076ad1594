// Channels: which one works, how we know, since when. A list on the left, the selected account on the right; the
// channels to choose from while there is none.

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ChannelKindView } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus } from '../../../shared/model/channel';
import { useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { moveFocus } from '../../ui/arrow-keys';
import { Button } from '../../ui/button';
import { InlineError, Page } from '../../ui/card';
import { ClipboardNote } from '../../ui/clipboard-note';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import { useKeptFocus } from '../../ui/use-kept-focus';
import { AccountDialog, type SavedAccount } from './account-dialog';
import { ChannelDetail } from './channel-detail';
import { ChannelPicker } from './channel-picker';
import { ChannelRow } from './channel-row';
import styles from './channels.module.css';
import { kindName } from './channels-view';
import { LoginDialog } from './login-dialog';
import { useKinds } from './use-kinds';

const keyOf = ({ channel, accountId }: Pick<ChannelAccountStatus, 'channel' | 'accountId'>) =>
  `${channel}/${accountId}`;

type Open =
  | { readonly dialog: 'account'; readonly kind: ChannelKindView; readonly account?: ChannelAccountStatus }
  | { readonly dialog: 'login'; readonly kind: ChannelKindView; readonly accountId?: string };

export function ChannelsPage() {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const snapshot = useSnapshot();
  const { kinds, error, retry } = useKinds();
  const [picked, setPicked] = useState<string>();
  /** The channels to choose from stand in place of the accounts. */
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<Open>();
  const [saved, setSaved] = useState<SavedAccount>();
  const [clearsAt, setClearsAt] = useState<number>();
  const [secretError, setSecretError] = useState<IpcError>();
  const channels = snapshot?.channels ?? [];
  const selected = channels.find((status) => keyOf(status) === picked) ?? channels[0];
  const kindOf = (id: string) => kinds?.find((kind) => kind.id === id);
  const takenOf = (id: string) =>
    channels.filter(({ channel }) => channel === id).map(({ accountId }) => accountId);

  const close = () => setOpen(undefined);
  const forget = () => {
    setSaved(undefined);
    setSecretError(undefined);
  };
  const begin = (next: Open) => {
    forget();
    setOpen(next);
  };
  const select = (key: string) => {
    forget();
    setPicked(key);
  };
  const pick = (kind: ChannelKindView) =>
    begin(kind.setUp === 'qr' ? { dialog: 'login', kind } : { dialog: 'account', kind });
  const keep = async (account: SavedAccount, kind: ChannelKindView) => {
    setPicked(keyOf(account));
    setSaved(account);
    setAdding(false);
    close();
    if (!account.created || kind.setUp !== 'own') return;
    const { channel, accountId } = account;
    const secret = await api.call('channels.newSecret', { channel, accountId });
    if (secret.ok) setClearsAt(secret.value.clearsAt);
    else setSecretError(secret.error);
  };

  const picking = adding || channels.length === 0;
  const list = useKeptFocus(picking ? 'picker' : selected && keyOf(selected));

  return (
    <Page
      id="channels"
      title={t(adding ? 'pick.title' : 'channels.title')}
      intro={t(adding ? 'pick.intro' : 'channels.intro')}
      aside={
        channels.length > 0 &&
        (adding ? (
          <Button onClick={() => setAdding(false)} testId="pick-cancel">
            {t('common.cancel')}
          </Button>
        ) : (
          <Button
            weight="primary"
            icon={<Plus size={14} aria-hidden="true" />}
            onClick={() => {
              forget();
              setAdding(true);
            }}
            testId="channel-add"
          >
            {t('channels.add')}
          </Button>
        ))
      }
    >
      {error && (
        <InlineError>
          {t('pick.failed')} {i18n.error(error)}{' '}
          <Button weight="quiet" onClick={retry}>
            {t('common.retry')}
          </Button>
        </InlineError>
      )}
      {saved && <Saved account={saved} />}
      {clearsAt !== undefined && <ClipboardNote clearsAt={clearsAt} />}
      {secretError && (
        <InlineError>
          {t('channels.secret.later')} {i18n.error(secretError)}
        </InlineError>
      )}
      {snapshot && kinds && picking && (
        <section className={styles.first} data-testid="channels-first">
          {!adding && (
            <header>
              <h2>{t('pick.intro')}</h2>
              <p>{t('channels.empty')}</p>
            </header>
          )}
          <ChannelPicker ref={list} kinds={kinds} onPick={pick} />
        </section>
      )}
      {snapshot && selected && !adding && (
        <div className={styles.split}>
          <ul ref={list} className={styles.list} aria-label={t('channels.list')} onKeyDown={moveFocus}>
            {channels.map((status) => (
              <li key={keyOf(status)}>
                <ChannelRow
                  status={status}
                  selected={status === selected}
                  onSelect={() => select(keyOf(status))}
                />
              </li>
            ))}
          </ul>
          <ChannelDetail
            key={keyOf(selected)}
            status={selected}
            gateway={snapshot.gateway}
            kind={kindOf(selected.channel)}
            onEdit={() => {
              const kind = kindOf(selected.channel);
              if (kind) begin({ dialog: 'account', kind, account: selected });
            }}
            onLogin={() => {
              const kind = kindOf(selected.channel);
              if (kind) begin({ dialog: 'login', kind, accountId: selected.accountId });
            }}
            onSecret={setClearsAt}
          />
        </div>
      )}
      {open?.dialog === 'account' && (
        <AccountDialog
          kind={open.kind}
          {...(open.account && { account: open.account })}
          taken={takenOf(open.kind.id)}
          onClose={close}
          onSaved={(account) => void keep(account, open.kind)}
        />
      )}
      {open?.dialog === 'login' && (
        <LoginDialog
          kind={open.kind}
          {...(open.accountId !== undefined && { accountId: open.accountId })}
          onClose={(accountId) => {
            close();
            if (accountId === undefined) return;
            setPicked(keyOf({ channel: open.kind.id, accountId }));
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
}

function Saved({ account }: { readonly account: SavedAccount }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { identity, channel } = account;
  const name = foreignText(identity?.name ?? identity?.id ?? '').trim();
  const vendor = kindName(channel, channel, i18n);
  return (
    <p className={styles.saved} role="status" data-testid="channel-saved">
      <StatusMark tone="ok" shape="tick" />
      <bdi>{name === '' ? t('form.saved') : t('form.savedAs', { vendor, name })}</bdi>
    </p>
  );
}
