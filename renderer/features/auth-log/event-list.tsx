// The virtualised list. Keeps only the rows in view in the page; pauses the live tail while scrolled away and
// asks for older events when its end comes into view.

import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import styles from './auth-log.module.css';
import { type AuthLogModel, type AuthLogState, MAX_ROWS } from './auth-log-model';
import { EventRow } from './event-row';

const ROW_PX = 50;
/** Scrolled further than this, the reader is reading and the list must not move. */
const AWAY_PX = 24;

export interface EventListProps {
  readonly state: AuthLogState;
  readonly model: AuthLogModel;
}

export function EventList({ state, model }: EventListProps) {
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  const { events, selected, hasMore, loadingMore } = state;
  const virtual = useVirtualizer({
    count: events.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    initialRect: { width: 500, height: 600 },
  });
  const rows = virtual.getVirtualItems();
  const endInView = (rows.at(-1)?.index ?? 0) >= events.length;
  useEffect(() => {
    if (endInView && hasMore && !loadingMore) void model.loadMore();
  }, [endInView, hasMore, loadingMore, model]);
  useEffect(() => () => model.setPaused(false), [model]);

  const selectAt = (index: number) => {
    const event = events[Math.max(0, Math.min(events.length - 1, index))];
    if (!event) return;
    model.select(event.seq);
    virtual.scrollToIndex(events.indexOf(event));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = events.findIndex((row) => row.seq === selected);
    const steps: Readonly<Record<string, number>> = {
      j: at + 1,
      ArrowDown: at + 1,
      k: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: events.length - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) selectAt(next);
    else if (event.key === 'Enter') selectAt(Math.max(0, at));
    else if (event.key === 'Escape') model.select(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label={t('log.list')}
      aria-activedescendant={selected === undefined ? undefined : `event-${selected}`}
      onScroll={(event) => model.setPaused(event.currentTarget.scrollTop > AWAY_PX)}
      onKeyDown={onKeyDown}
      data-testid="log-list"
    >
      <div className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start, size }) => {
          const event = events[index];
          const place = { transform: `translateY(${start}px)`, height: size };
          if (!event) {
            return (
              <div key="end" className={styles.end} style={place}>
                <ListEnd state={state} onLoad={() => void model.loadMore()} />
              </div>
            );
          }
          return (
            <EventRow
              key={event.seq}
              event={event}
              place={place}
              selected={event.seq === selected}
              position={index + 1}
              total={events.length}
              onSelect={() => model.select(event.seq)}
            />
          );
        })}
      </div>
    </div>
  );
}

function ListEnd({ state, onLoad }: { readonly state: AuthLogState; readonly onLoad: () => void }) {
  const { t } = useI18n();
  if (state.full) return t('log.full', { count: MAX_ROWS });
  if (state.loadingMore) return t('log.loading');
  if (state.hasMore) return <Button onClick={onLoad}>{t('log.loadOlder')}</Button>;
  return t('log.end');
}
