// What stands above every page until it is dealt with: a locked credential, a taken port, a failed start, and
// the snapshot's notices. Each names the way out.

import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Notice, PortOwner, StatusSnapshot } from '../../../shared/model/status';
import { useAction, useServices, useTime } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { type I18n, isDue } from '../../i18n/t';
import { Button, IconButton } from '../../ui/button';
import { InlineError } from '../../ui/card';
import { ConfirmDialog } from '../../ui/dialog';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import { useNavigate } from './navigation';
import styles from './shell.module.css';

/** Worst first. */
const SEVERITIES: readonly Notice['severity'][] = ['error', 'warning', 'info'];

export function Banners() {
  const { t } = useI18n();
  const snapshot = useSnapshot();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  if (!snapshot) return null;
  const notices = snapshot.notices
    .filter((notice) => !hidden.has(notice.id))
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const hide = (id: string) => setHidden((ids) => new Set([...ids, id]));
  return (
    <section className={styles.banners} aria-label={t('banner.label')}>
      {snapshot.credential.state === 'locked' ? (
        <LockedBanner credential={snapshot.credential} />
      ) : (
        <>
          {snapshot.gateway.state === 'port-taken' && <PortTakenBanner gateway={snapshot.gateway} />}
          {snapshot.gateway.state === 'failed' && <FailedBanner gateway={snapshot.gateway} />}
        </>
      )}
      {notices.map((notice) => (
        <NoticeBanner key={notice.id} notice={notice} onHide={() => hide(notice.id)} />
      ))}
    </section>
  );
}

interface BannerProps {
  readonly severity: Notice['severity'];
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly testId: string;
}

function Banner({ severity, title, children, actions, testId }: BannerProps) {
  const tone = severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
  const shape = severity === 'error' ? 'cross' : severity === 'warning' ? 'triangle' : 'dot';
  return (
    <div className={styles.banner} data-severity={severity} data-testid={testId}>
      <span className={styles.bannerMark}>
        <StatusMark tone={tone} shape={shape} />
      </span>
      <div className={styles.bannerText}>
        <strong>{title}</strong>
        {children}
      </div>
      {actions !== undefined && <div className={styles.bannerActions}>{actions}</div>}
    </div>
  );
}

type LockedCredential = Extract<StatusSnapshot['credential'], { readonly state: 'locked' }>;

function LockedBanner({ credential }: { readonly credential: LockedCredential }) {
  const { t } = useI18n();
  const { api } = useServices();
  const [asking, setAsking] = useState(false);
  return (
    <Banner
      severity="error"
      title={t(`banner.locked.${credential.reason}`)}
      testId="banner-locked"
      actions={
        <Button onClick={() => setAsking(true)} testId="start-over">
          {t('banner.locked.action')}
        </Button>
      }
    >
      <p>{t(`banner.locked.next.${credential.reason}`)}</p>
      <p className={styles.bannerDetail}>{foreignText(credential.detail)}</p>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('startOver.title')}
        confirm={t('startOver.confirm')}
        danger
        testId="dialog-start-over"
        onConfirm={async () => {
          const reply = await api.call('credential.startOver');
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{t('startOver.body')}</p>
        <p>{t('startOver.effect')}</p>
      </ConfirmDialog>
    </Banner>
  );
}

function PortTakenBanner({ gateway }: { readonly gateway: StatusSnapshot['gateway'] }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const navigate = useNavigate();
  const start = useAction(() => api.call('gateway.start'));
  const nextTry = useTime((now) => nextTryText(gateway.nextRetryAt, i18n, now));
  const owner = gateway.portOwner ?? { kind: 'unknown' };
  return (
    <Banner
      severity="warning"
      title={t(`banner.port-taken.${owner.kind}`, { port: String(gateway.port) })}
      testId="banner-port-taken"
      actions={
        <>
          <Button onClick={() => void start.run()} busy={start.busy}>
            {t('banner.port-taken.action')}
          </Button>
          <Button onClick={() => navigate('settings')}>{t('banner.port-taken.change')}</Button>
        </>
      }
    >
      <p>
        {ownerText(owner, i18n)} {t('banner.port-taken.next')} {nextTry}
      </p>
      {start.error && <InlineError>{i18n.error(start.error)}</InlineError>}
    </Banner>
  );
}

function nextTryText(at: number | undefined, { t, age }: I18n, now: number): string {
  if (at === undefined) return '';
  return isDue(at, now)
    ? t('banner.port-taken.retryNow')
    : t('banner.port-taken.retry', { age: age(at, now) });
}

function ownerText(owner: PortOwner, { t }: I18n): string {
  if (owner.pid === undefined) return owner.command === undefined ? '' : `${foreignText(owner.command)}.`;
  const pid = String(owner.pid);
  if (owner.command === undefined) return t('banner.port-taken.pid', { pid });
  return t('banner.port-taken.process', { command: foreignText(owner.command), pid });
}

function FailedBanner({ gateway }: { readonly gateway: StatusSnapshot['gateway'] }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const start = useAction(() => api.call('gateway.start'));
  return (
    <Banner
      severity="error"
      title={t('banner.failed')}
      testId="banner-failed"
      actions={
        <Button onClick={() => void start.run()} busy={start.busy}>
          {t('common.retry')}
        </Button>
      }
    >
      {gateway.error !== undefined && <p className={styles.bannerDetail}>{foreignText(gateway.error)}</p>}
      {start.error && <InlineError>{i18n.error(start.error)}</InlineError>}
    </Banner>
  );
}

function NoticeBanner({ notice, onHide }: { readonly notice: Notice; readonly onHide: () => void }) {
  const { t, ...i18n } = useI18n();
  const known = Object.hasOwn(i18n.language.messages, `notice.${notice.code}`);
  const facts = Object.values(notice.params).map(foreignText).filter(Boolean);
  return (
    <Banner
      severity={notice.severity}
      title={known ? t(`notice.${notice.code}`) : notice.code}
      testId={`notice-${notice.code}`}
      actions={<NoticeAction notice={notice} onHide={onHide} />}
    >
      {facts.length > 0 && <p className={styles.bannerDetail}>{facts.join(' · ')}</p>}
    </Banner>
  );
}

/** Errors stay for as long as they are true, and so does an open door: it must not be forgotten. */
function NoticeAction({ notice, onHide }: { readonly notice: Notice; readonly onHide: () => void }) {
  const { t } = useI18n();
  const navigate = useNavigate();
  if (notice.code === 'auth-mode-none') {
    return <Button onClick={() => navigate('settings')}>{t('banner.auth-mode-none.action')}</Button>;
  }
  if (notice.severity === 'error') return null;
  return <IconButton label={t('banner.hide')} icon={<X size={14} aria-hidden="true" />} onClick={onHide} />;
}
