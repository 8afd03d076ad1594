// The frame around every page: navigation, banners, the page, and the status strip.

import {
  CalendarClock,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  ScrollText,
  Settings as SettingsIcon,
  Webhook,
} from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PageId } from '../../../shared/ipc/contract';
import { useObservable, useServices, useTime } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { AuthLogPage } from '../auth-log/auth-log-page';
import { ChannelsPage } from '../channels/channels-page';
import { channelTotals } from '../channels/channels-view';
import { CredentialsPage } from '../credentials/credentials-page';
import { OverviewPage } from '../overview/overview-page';
import { SettingsPage } from '../settings/settings-page';
import { TasksPage } from '../tasks/tasks-page';
import { Banners } from './banners';
import { CrashGuard } from './crash-guard';
import { NavigateContext, PAGES, usePage } from './navigation';
import styles from './shell.module.css';
import { type ShortcutAction, useShortcuts } from './shortcuts';
import { StatusStrip } from './status-strip';
import { verdictOf, verdictText } from './status-view';

const ICONS: Readonly<Record<PageId, LucideIcon>> = {
  overview: LayoutDashboard,
  channels: Webhook,
  'auth-log': ScrollText,
  credentials: KeyRound,
  tasks: CalendarClock,
  settings: SettingsIcon,
};

export function Shell() {
  const { api } = useServices();
  const [page, navigate] = usePage();
  const [searching, setSearching] = useState(false);
  const act = useCallback(
    (action: ShortcutAction) => {
      if (action.do === 'show') navigate(action.page);
      else if (action.do === 'check') void api.call('probe.run');
      else if (navigate('auth-log')) setSearching(true);
    },
    [api, navigate],
  );
  useShortcuts(act);

  const main = useRef<HTMLElement>(null);
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return;
    shown.current = page;
    main.current?.scrollTo?.({ top: 0 });
  }, [page]);

  return (
    <NavigateContext.Provider value={navigate}>
      <div className={styles.window}>
        <Navigation page={page} onNavigate={navigate} />
        <div className={styles.content}>
          <Banners />
          <main className={styles.main} ref={main}>
            <CrashGuard key={page}>
              {page === 'overview' && <OverviewPage />}
              {page === 'channels' && <ChannelsPage />}
              {page === 'auth-log' && (
                <AuthLogPage focusSearch={searching} onSearchFocused={() => setSearching(false)} />
              )}
              {page === 'credentials' && <CredentialsPage />}
              {page === 'tasks' && <TasksPage />}
              {page === 'settings' && <SettingsPage />}
            </CrashGuard>
          </main>
        </div>
        <StatusStrip />
      </div>
      <Announcer />
    </NavigateContext.Provider>
  );
}

function Navigation({
  page,
  onNavigate,
}: {
  readonly page: PageId;
  readonly onNavigate: (page: PageId) => void;
}) {
  const { t, ...i18n } = useI18n();
  const snapshot = useSnapshot();
  const devices = useObservable(useServices().devices.state);
  const attention: Partial<Record<PageId, number>> = {
    channels: snapshot ? channelTotals(snapshot.channels).attention : 0,
    credentials: devices.view?.pending.length ?? 0,
  };
  return (
    <nav className={styles.nav} aria-label={t('nav.label')}>
      <div className={styles.brand}>
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 18V8.5a7 7 0 0 1 14 0V18h-4.2v-8a2.8 2.8 0 0 0-5.6 0v8Z" fill="currentColor" />
        </svg>
        <span>{t('app.name')}</span>
      </div>
      <ul>
        {PAGES.map((id) => {
          const Icon = ICONS[id];
          const count = attention[id] ?? 0;
          return (
            <li key={id}>
              <button
                type="button"
                className={styles.place}
                data-page={id}
                aria-current={id === page ? 'page' : undefined}
                onClick={() => onNavigate(id)}
              >
                <Icon size={16} strokeWidth={1.8} aria-hidden="true" />
                <span>{t(`nav.${id}`)}</span>
                {count > 0 && <span className={styles.count}>{i18n.number(count)}</span>}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Speaks changes of the verdict and who waits to be let in: not each log line, not each tick of an age. */
function Announcer() {
  const i18n = useI18n();
  const snapshot = useSnapshot();
  const title = useTime((now) => verdictText(verdictOf(snapshot, now), snapshot, i18n, now).title);
  const saidByTitle = useTime((now) => verdictOf(snapshot, now).kind === 'pairing');
  const waiting = useObservable(useServices().devices.state).view?.pending.length ?? 0;
  return (
    <>
      <div className="visually-hidden" aria-live="polite" role="status">
        {title}
      </div>
      <div className="visually-hidden" aria-live="polite" role="status">
        {waiting > 0 && !saidByTitle && i18n.t('pairing.title', { count: waiting })}
      </div>
    </>
  );
}
