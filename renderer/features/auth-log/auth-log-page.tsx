// Auth log: who was refused, why, what do I do? Filters above, the list on the left, the selected event on the
// right. The keys J, K, arrows, Enter and Escape work while the list has focus.

import { ArrowUp, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { AuthOutcome, RefusalReason } from '../../../shared/model/auth-event';
import { useObservable, useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Button, IconButton } from '../../ui/button';
import { InlineError, Page } from '../../ui/card';
import { Select } from '../../ui/select';
import { StatusMark } from '../../ui/status-mark';
import { Switch } from '../../ui/switch';
import styles from './auth-log.module.css';
import { emptyKind } from './auth-log-view';
import { EventDetail } from './event-detail';
import { EventList } from './event-list';
import { LogEmpty } from './log-empty';

const OUTCOMES: readonly (AuthOutcome | 'all')[] = ['all', 'refused', 'accepted', 'superseded'];
const SEARCH_DELAY_MS = 200;

export interface AuthLogPageProps {
  /** True from Ctrl+F until the search field has the focus. */
  readonly focusSearch: boolean;
  readonly onSearchFocused: () => void;
}

export function AuthLogPage(props: AuthLogPageProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { authLog } = useServices();
  const snapshot = useSnapshot();
  const state = useObservable(authLog.state);
  useEffect(() => authLog.start(), [authLog]);
  // Main counts what matches; the self-checks are left out here. Only accepted and unfiltered lists have any.
  const hidesSome = state.filter.hideOwn && ['all', 'accepted'].includes(state.filter.outcome);
  const selected = state.events.find((event) => event.seq === state.selected);
  return (
    <Page
      id="auth-log"
      title={t('log.title')}
      intro={t('log.intro')}
      fill
      aside={
        state.phase === 'ready' && (
          <div className={styles.total}>
            <span data-testid="log-total">
              {t(hidesSome ? 'log.totalWithOwn' : 'log.total', { count: state.total })}
            </span>
            <StatusMark
              tone={state.paused ? 'muted' : 'ok'}
              shape={state.paused ? 'hollow' : 'dot'}
              size={12}
            />
            <span data-testid="log-live">{t(state.paused ? 'log.paused' : 'log.live')}</span>
          </div>
        )
      }
    >
      <Filters {...props} />
      <div className={styles.split} data-empty={state.events.length === 0 || undefined}>
        <div className={styles.listPane}>
          {state.waiting > 0 && (
            <Button
              weight="primary"
              className={styles.pill ?? ''}
              icon={<ArrowUp size={13} aria-hidden="true" />}
              onClick={() => authLog.showWaiting()}
              testId="log-new"
            >
              {t('log.new', { count: state.waiting })}
            </Button>
          )}
          {state.events.length > 0 ? (
            <EventList state={state} model={authLog} />
          ) : state.phase === 'loading' || state.phase === 'idle' || state.loadingMore ? (
            <p className={styles.loading}>
              <StatusMark tone="info" shape="ring" /> {t('log.loading')}
            </p>
          ) : (
            <LogEmpty
              kind={emptyKind(state.phase, state.filter, snapshot?.gateway.state)}
              error={state.error}
              lastCheckAt={snapshot?.probe.last?.at}
            />
          )}
          {state.error && state.events.length > 0 && <InlineError>{i18n.error(state.error)}</InlineError>}
        </div>
        {state.events.length > 0 && (
          <EventDetail event={selected} onClose={() => authLog.select(undefined)} />
        )}
      </div>
    </Page>
  );
}

function Filters(props: AuthLogPageProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { authLog } = useServices();
  const { filter } = useObservable(authLog.state);
  const reasons = Object.entries(i18n.language.reasons) as [RefusalReason, { readonly title: string }][];
  return (
    <div className={styles.filters}>
      <fieldset className={styles.chips} aria-label={t('log.outcome')}>
        {OUTCOMES.map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={filter.outcome === outcome}
            onClick={() =>
              authLog.setFilter({ outcome, ...(outcome !== 'refused' && { reason: 'any' as const }) })
            }
            data-testid={`filter-${outcome}`}
          >
            {t(`log.${outcome}`)}
          </button>
        ))}
      </fieldset>
      <Select
        label={t('log.reason')}
        value={filter.reason}
        items={[
          { value: 'any' as const, label: t('log.anyReason') },
          ...reasons.map(([value, text]) => ({ value, label: text.title })),
        ]}
        onChange={(reason) =>
          authLog.setFilter({ reason, ...(reason !== 'any' && { outcome: 'refused' as const }) })
        }
        testId="filter-reason"
      />
      <SearchBox {...props} />
      <div className={styles.own}>
        <span aria-hidden="true">{t('log.hideOwn')}</span>
        <Switch
          label={t('log.hideOwn')}
          checked={filter.hideOwn}
          onChange={(hideOwn) => authLog.setFilter({ hideOwn })}
          testId="filter-own"
        />
      </div>
    </div>
  );
}

function SearchBox({ focusSearch, onSearchFocused }: AuthLogPageProps) {
  const { t } = useI18n();
  const { authLog } = useServices();
  const { filter } = useObservable(authLog.state);
  const [text, setText] = useState(filter.text);
  const input = useRef<HTMLInputElement>(null);
  const asked = filter.text;
  // Another place cleared or set the filter: show what is in force.
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (!focusSearch) return;
    input.current?.focus();
    input.current?.select();
    onSearchFocused();
  }, [focusSearch, onSearchFocused]);
  useEffect(() => {
    if (text === asked) return;
    const timer = setTimeout(() => authLog.setFilter({ text }), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, asked, authLog]);
  return (
    <div className={styles.search}>
      <Search size={14} aria-hidden="true" />
      <input
        ref={input}
        type="text"
        value={text}
        maxLength={200}
        spellCheck={false}
        placeholder={t('log.search')}
        aria-label={t('log.search')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setText('')}
        data-testid="log-search"
      />
      {text !== '' && (
        <IconButton
          label={t('log.clearSearch')}
          icon={<X size={13} aria-hidden="true" />}
          onClick={() => setText('')}
        />
      )}
    </div>
  );
}
