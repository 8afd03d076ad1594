// Overview's last refusals, repeats of one program rolled up. A click opens that entry in the Auth log.

import { useEffect, useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, EmptyState, InlineError } from '../../ui/card';
import { StatusMark } from '../../ui/status-mark';
import { clientName, eventSummary, groupRefusals, isAttempt } from '../auth-log/auth-log-view';
import { useNavigate } from '../shell/navigation';
import styles from './overview.module.css';

const SHOWN = 3;
const LOOKED_AT = 100;
const WINDOW_MS = 24 * 60 * 60 * 1_000;

export function RefusalsCard() {
  const i18n = useI18n();
  const { t } = i18n;
  const { authLog } = useServices();
  const navigate = useNavigate();
  const { events, error } = useRecentRefusals();
  const groups = groupRefusals(events ?? [], SHOWN);
  const openLog = (selected?: number) => {
    authLog.setFilter({ outcome: 'refused', reason: 'any', text: '' });
    authLog.select(selected);
    navigate('auth-log');
  };
  return (
    <Card
      title={t('overview.refusals')}
      testId="card-refusals"
      aside={
        groups.length > 0 && (
          <Button weight="quiet" onClick={() => openLog()}>
            {t('overview.refusals.open')}
          </Button>
        )
      }
    >
      {error && (
        <InlineError>
          {t('overview.refusals.failed')} {i18n.error(error)}
        </InlineError>
      )}
      {events && groups.length === 0 && (
        <EmptyState
          mark={<StatusMark tone="ok" shape="tick" size={18} />}
          title={t('overview.refusals.none')}
          help={t('overview.refusals.noneHelp')}
          testId="refusals-empty"
        />
      )}
      {groups.length > 0 && (
        <ul className={styles.rows}>
          {groups.map(({ event, count }) => (
            <li key={event.seq}>
              <button type="button" className={styles.row} onClick={() => openLog(event.seq)}>
                <span className={styles.rowTop}>
                  <span className={styles.rowName}>{clientName(event.client, i18n)}</span>
                  {count > 1 && <span className={styles.rowCount}>{t('log.merged', { count })}</span>}
                  <span className={styles.rowAge}>
                    <Age at={event.at} />
                  </span>
                </span>
                <span className={styles.rowSub}>{eventSummary(event, i18n)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** Asks once, then follows the live events: a burst of refusals must not become a burst of questions. */
function useRecentRefusals(): { readonly events?: readonly AuthEvent[]; readonly error?: IpcError } {
  const { api, time } = useServices();
  const [events, setEvents] = useState<readonly AuthEvent[]>();
  const [error, setError] = useState<IpcError>();
  useEffect(() => {
    let current = true;
    const off = api.on('authLog.appended', (appended) => {
      const refused = appended.filter((event) => isAttempt(event) && event.outcome === 'refused').reverse();
      if (refused.length > 0) setEvents((held) => merge(refused, held ?? []));
    });
    const query = { outcome: 'refused', limit: LOOKED_AT, from: time.get() - WINDOW_MS } as const;
    void api.call('authLog.query', query).then((reply) => {
      if (!current) return;
      if (reply.ok) setEvents((held) => merge(held ?? [], reply.value.events));
      else setError(reply.error);
    });
    return () => {
      current = false;
      off();
    };
  }, [api, time]);
  return { ...(events && { events }), ...(error && { error }) };
}

function merge(newer: readonly AuthEvent[], older: readonly AuthEvent[]): readonly AuthEvent[] {
  const known = new Set(newer.map((event) => event.seq));
  return [...newer, ...older.filter((event) => !known.has(event.seq))].slice(0, LOOKED_AT);
}
