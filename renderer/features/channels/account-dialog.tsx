// Adds or edits an account. What is surely wrong is refused here; then the vendor is asked, and only what it takes is
// saved, unless nobody could be asked and the reader saves all the same. What saving would do to other programs is
// agreed to first. Holds typed secrets only while it is open.

import { useCallback, useEffect, useId, useRef, useState } from 'react';
import type { AccountRef, ChannelForm, ChannelKindView, ChannelVerdict } from '../../../shared/ipc/channels';
import type { IpcError } from '../../../shared/ipc/contract';
import type { ChannelAccountStatus, ChannelIdentity } from '../../../shared/model/channel';
import { useServices } from '../../bridge/services';
import { coreText } from '../../i18n/core-text';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { Dialog } from '../../ui/dialog';
import { StatusWord } from '../../ui/status-mark';
import { AccountFields } from './account-fields';
import {
  type AccountForm,
  draftOf,
  formOf,
  needsCheck,
  newForm,
  type Objection,
  objectionOf,
  objectionTo,
  verdictOf,
} from './account-form';
import styles from './channels.module.css';
import { channelTitle, failureText, textAt } from './channels-view';
import { FailureBox } from './failure-box';
import { VendorLink } from './vendor-link';

export interface SavedAccount {
  readonly channel: string;
  readonly accountId: string;
  readonly created: boolean;
  readonly identity?: ChannelIdentity;
}

export interface AccountDialogProps {
  readonly kind: ChannelKindView;
  /** The one to edit; absent: a new one. */
  readonly account?: ChannelAccountStatus;
  /** Ids that the channel's accounts have. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: (saved: SavedAccount) => void;
}

/** Loads what is stored first: of secrets only which there are. */
export function AccountDialog(props: AccountDialogProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { kind, account, onClose } = props;
  const accountId = account?.accountId;
  const [stored, setStored] = useState<ChannelForm>();
  const [error, setError] = useState<IpcError>();
  useEffect(() => {
    if (accountId === undefined) return;
    let isOver = false;
    void api.call('channels.form', { channel: kind.id, accountId }).then((reply) => {
      if (isOver) return;
      if (reply.ok) setStored(reply.value);
      else setError(reply.error);
    });
    return () => {
      isOver = true;
    };
  }, [api, kind.id, accountId]);
  if (account === undefined) return <OpenForm {...props} />;
  if (stored !== undefined) return <OpenForm {...props} stored={stored} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('form.edit', { name: channelTitle(account, i18n) })}
      description={error ? undefined : t('form.loading')}
      testId="dialog-account"
      actions={<Button onClick={onClose}>{t('common.cancel')}</Button>}
    >
      {error && <InlineError>{i18n.error(error)}</InlineError>}
    </Dialog>
  );
}

type Phase = 'typing' | 'checking' | 'saving';

function OpenForm(props: AccountDialogProps & { readonly stored?: ChannelForm }) {
  const { kind, account, taken, stored, onClose, onSaved } = props;
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const formId = useId();
  // As it was when the dialog opened: what is edited must not change under the reader.
  const [before] = useState(() => account && stored && formOf(kind, account.accountId, stored));
  const [form, setForm] = useState<AccountForm>(() => before ?? newForm(kind, taken));
  const [objection, setObjection] = useState<Objection>();
  const [error, setError] = useState<IpcError>();
  /** Of a check that passed, with a note that nobody has agreed to yet. */
  const [verdict, setVerdict] = useState<ChannelVerdict>();
  const [phase, setPhase] = useState<Phase>('typing');
  /** Answers to an older attempt, or to one that was stopped, count for nothing. */
  const attempt = useRef(0);
  /** What the vendor is asked about. */
  const asked = useRef<AccountRef>(undefined);
  const leave = useCallback(() => {
    attempt.current += 1;
    if (asked.current) void api.call('channels.stopCheck', asked.current);
    asked.current = undefined;
  }, [api]);
  useEffect(() => leave, [leave]);
  useEffect(() => {
    if (objection) document.getElementById(`${formId}-${objection.field}`)?.focus();
  }, [objection, formId]);

  const vendor = t(`kind.${kind.id}.name`);
  const steps = textAt(`kind.${kind.id}.steps`, i18n);
  const create = account === undefined;
  const asks = needsCheck(kind, form, before) && kind.setUp !== 'own';
  const change = (part: Partial<AccountForm>) => {
    setForm((held) => ({ ...held, ...part }));
    setObjection(undefined);
    setError(undefined);
    setVerdict(undefined);
  };
  const refuse = (refusal: IpcError) => {
    setPhase('typing');
    setObjection(objectionOf(kind, refusal, i18n));
    setError(refusal);
  };

  const submit = async (unchecked: boolean) => {
    const wrong = objectionTo(kind, form, stored?.storedSecrets ?? [], i18n);
    setObjection(wrong);
    setError(undefined);
    setVerdict(undefined);
    if (wrong) return;
    if (unchecked || !needsCheck(kind, form, before)) return save({});
    attempt.current += 1;
    const own = attempt.current;
    setPhase('checking');
    const draft = draftOf(kind, form, before);
    asked.current = { channel: draft.channel, accountId: draft.accountId };
    const checked = await api.call('channels.check', draft);
    if (own !== attempt.current) return;
    asked.current = undefined;
    if (!checked.ok) return refuse(checked.error);
    if (checked.value.note === undefined) return save(checked.value);
    setPhase('typing');
    setVerdict(checked.value);
  };
  /** Only what was checked, or what the reader saves without a check. */
  const save = async ({ identity }: ChannelVerdict) => {
    attempt.current += 1;
    const own = attempt.current;
    const draft = draftOf(kind, form, before);
    setPhase('saving');
    const saved = await api.call('channels.save', { ...draft, unchecked: true });
    if (own !== attempt.current) return;
    setVerdict(undefined);
    if (!saved.ok) return refuse(saved.error);
    const { channel, accountId } = draft;
    onSaved({ channel, accountId, created: create, ...(identity === undefined ? {} : { identity }) });
  };
  const stop = () => {
    leave();
    setPhase('typing');
    // The button that was pressed is gone, and the one in its place would close the form.
    document.getElementById(`${formId}-save`)?.focus();
  };

  const isBusy = phase !== 'typing';
  const rejection = error?.code === 'rejected' ? error : undefined;
  const canSkip = rejection !== undefined && verdictOf(rejection) !== 'rejected';
  return (
    <Dialog
      open
      // How saving ends is to be seen: an error here, with all that was typed.
      onClose={() => phase !== 'saving' && onClose()}
      title={account ? t('form.edit', { name: channelTitle(account, i18n) }) : t('form.add', { vendor })}
      initialFocus={() => document.getElementById(formId)?.querySelector('input:not([aria-hidden]), button')}
      testId="dialog-account"
      news={
        <div className={styles.news}>
          <div role="status">
            {phase === 'checking' && asks && (
              <StatusWord tone="info" shape="ring">
                {t('form.checking', { vendor })}
              </StatusWord>
            )}
          </div>
          {verdict?.note !== undefined && <Note text={verdict.note} />}
          {rejection && <Rejection error={rejection} vendor={vendor} canSkip={canSkip} />}
          {error && !rejection && !objection && <InlineError>{i18n.error(error)}</InlineError>}
        </div>
      }
      actions={
        <>
          {phase === 'checking' ? (
            <Button key="stop" onClick={stop} testId="account-stop">
              {t('form.stopChecking')}
            </Button>
          ) : (
            // It stands where "Stop" stood: the second click of a double click is none of its own.
            <Button key="cancel" onClick={({ detail }) => detail < 2 && onClose()} disabled={isBusy}>
              {t('common.cancel')}
            </Button>
          )}
          {canSkip && !isBusy && (
            <Button onClick={() => void submit(true)} testId="account-unchecked">
              {t('form.unchecked')}
            </Button>
          )}
          {verdict ? (
            <Button weight="primary" busy={isBusy} onClick={() => void save(verdict)} testId="account-anyway">
              {t('form.anyway')}
            </Button>
          ) : (
            <Button
              id={`${formId}-save`}
              weight="primary"
              type="submit"
              form={formId}
              busy={isBusy}
              testId="account-save"
            >
              {t(asks ? 'form.check' : 'form.save')}
            </Button>
          )}
        </>
      }
    >
      {create && steps !== undefined && (
        <div className={styles.steps}>
          <p>{steps}</p>
          {kind.vendorUrl !== undefined && <VendorLink url={kind.vendorUrl} />}
        </div>
      )}
      <form
        id={formId}
        className={styles.form}
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit(false);
        }}
      >
        <AccountFields
          formId={formId}
          kind={kind}
          form={form}
          change={change}
          objection={objection}
          stored={stored?.storedSecrets ?? []}
          create={create}
          busy={isBusy}
        />
      </form>
      {!create && kind.vendorUrl !== undefined && <VendorLink url={kind.vendorUrl} />}
    </Dialog>
  );
}

/** Takes the focus: the button that was pressed is gone. */
function Note({ text }: { readonly text: string }) {
  const i18n = useI18n();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} className={styles.failure} role="alert" tabIndex={-1} data-testid="account-note">
      <p>
        <strong>{i18n.t('form.note')}</strong>
      </p>
      <p className={styles.fix}>{coreText(text, i18n)}</p>
      <p className={styles.fix}>{i18n.t('form.noteHelp')}</p>
    </div>
  );
}

interface RejectionProps {
  readonly error: IpcError;
  readonly vendor: string;
  readonly canSkip: boolean;
}

function Rejection({ error, vendor, canSkip }: RejectionProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { what, why, fix } = failureText(error.failure ?? error, i18n);
  const verdict = verdictOf(error);
  return (
    <FailureBox
      title={
        <>
          <strong>{t(`form.${verdict}`, { vendor })}</strong>
          {verdict !== 'unreachable' && ` · ${what}`}
        </>
      }
      failure={{ why: error.failure?.class === undefined ? what : why, fix }}
      isNews
      testId="account-rejected"
    >
      {canSkip && <p className={styles.fix}>{t('form.uncheckedHelp')}</p>}
    </FailureBox>
  );
}
