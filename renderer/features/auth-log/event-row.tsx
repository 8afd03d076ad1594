// One event in the list: two lines, result as shape and colour, client, what happened, age.

import type { CSSProperties } from 'react';
import type { AuthEvent } from '../../../shared/model/auth-event';
import { useI18n } from '../../i18n/i18n-context';
import type { I18n } from '../../i18n/t';
import { Age } from '../../ui/age';
import { type Shape, StatusMark } from '../../ui/status-mark';
import styles from './auth-log.module.css';
import { clientName, eventSummary, isAttempt, outcomeTone, tokenEventText, whoText } from './auth-log-view';
import { pairingEventText } from './pairing-event-view';

export interface EventRowProps {
  readonly event: AuthEvent;
  readonly place: CSSProperties;
  readonly selected: boolean;
  readonly position: number;
  readonly total: number;
  readonly onSelect: () => void;
}

export function EventRow({ event, place, selected, position, total, onSelect }: EventRowProps) {
  const i18n = useI18n();
  const { title, sub, count, own } = rowText(event, i18n);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox around it handles the keys for all rows
    <div
      id={`event-${event.seq}`}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={total}
      className={styles.row}
      style={place}
      onClick={onSelect}
      data-testid="log-row"
      data-outcome={isAttempt(event) ? event.outcome : undefined}
    >
      <StatusMark tone={outcomeTone(event)} shape={shapeOf(event)} />
      <div className={styles.rowText}>
        <div className={styles.rowTop}>
          <span className={styles.name} dir="auto">
            {title}
          </span>
          {own && <span className={styles.tag}>{i18n.t('log.own')}</span>}
          {count !== undefined && <span className={styles.tag}>{i18n.t('log.merged', { count })}</span>}
          <span className={styles.age}>
            <Age at={event.at} />
          </span>
        </div>
        <div className={styles.sub}>{sub}</div>
      </div>
    </div>
  );
}

function shapeOf(event: AuthEvent): Shape {
  if (!isAttempt(event)) return event.event === 'log.gap' ? 'triangle' : 'key';
  if (event.outcome === 'accepted') return 'tick';
  return event.outcome === 'refused' ? 'cross' : 'retry';
}

interface RowText {
  readonly title: string;
  readonly sub: string;
  readonly count?: number;
  readonly own?: boolean;
}

function rowText(event: AuthEvent, i18n: I18n): RowText {
  const { t } = i18n;
  switch (event.event) {
    case 'auth.attempt':
      return {
        title: clientName(event.client, i18n),
        sub: [eventSummary(event, i18n), event.peer].join(' · '),
        own: event.internal,
      };
    case 'auth.merged':
      return {
        title: clientName(event.client, i18n),
        sub: eventSummary(event, i18n),
        count: event.count,
        own: event.internal,
      };
    case 'log.gap':
      return { title: t('log.event.log.gap', { count: event.dropped }), sub: event.cause };
    case 'store.recovered':
      return { title: t('log.event.store.recovered'), sub: event.detail };
    case 'token.created':
    case 'token.rotated':
    case 'token.adopted':
    case 'token.grace-ended':
    case 'token.copied':
      return { title: tokenEventText(event, i18n), sub: t('log.event.by', { who: whoText(event.by, i18n) }) };
    default:
      return {
        title: pairingEventText(event, i18n),
        sub: t('log.event.by', { who: whoText(event.by, i18n) }),
      };
  }
}
