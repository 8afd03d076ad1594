// The previous token's grace period: until when, who still uses it (asked again every few seconds while on
// screen), and the button that ends it.

import { useEffect, useState } from 'react';
import type { IpcError, SessionOnGrace } from '../../../shared/ipc/contract';
import type { GraceView } from '../../../shared/model/token';
import { useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { Age, useAge } from '../../ui/age';
import { Button } from '../../ui/button';
import { Card, InlineError } from '../../ui/card';
import { ConfirmDialog } from '../../ui/dialog';
import { foreignText } from '../../ui/foreign-text';
import { StatusMark } from '../../ui/status-mark';
import styles from './credentials.module.css';

const ASK_EVERY_MS = 3_000;

export function GraceCard({ grace }: { readonly grace: GraceView }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api } = useServices();
  const { sessions, error } = useSessionsOnGrace();
  const [asking, setAsking] = useState(false);
  const age = useAge(grace.until);
  const count = sessions?.length ?? 0;
  return (
    <Card
      title={t('grace.title', { generation: grace.generation })}
      aside={<StatusMark tone="warn" shape="key" />}
      help={t('grace.body', { time: i18n.clock(grace.until), age })}
      tone="warn"
      testId="card-grace"
      footer={
        <Button onClick={() => setAsking(true)} testId="grace-retire">
          {t('grace.retire')}
        </Button>
      }
    >
      {error && <InlineError>{i18n.error(error)}</InlineError>}
      {!sessions && !error && <p className={styles.none}>{t('grace.loading')}</p>}
      {sessions && (
        <p className={styles.none} data-testid="grace-count">
          {count === 0 ? t('grace.none') : t('grace.sessions', { count })}
        </p>
      )}
      {sessions && count > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('grace.column.client')}</th>
              <th scope="col">{t('grace.column.from')}</th>
              <th scope="col">{t('grace.column.connected')}</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.connId}>
                <td dir="auto">{foreignText(session.client)}</td>
                <td>
                  <code>{session.peer}</code>
                </td>
                <td>
                  <Age at={session.connectedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('grace.retire.title')}
        confirm={t('grace.retire')}
        danger
        testId="dialog-retire"
        onConfirm={async () => {
          const reply = await api.call('credential.retireGrace');
          return reply.ok ? undefined : reply.error;
        }}
      >
        <p>{count === 0 ? t('grace.retire.bodyNone') : t('grace.retire.body', { count })}</p>
      </ConfirmDialog>
    </Card>
  );
}

/** Keeps the last good list beside the last error, so that one failed answer does not empty the table. */
function useSessionsOnGrace(): { readonly sessions?: readonly SessionOnGrace[]; readonly error?: IpcError } {
  const { api } = useServices();
  const [sessions, setSessions] = useState<readonly SessionOnGrace[]>();
  const [error, setError] = useState<IpcError>();
  useEffect(() => {
    let current = true;
    const ask = async () => {
      const reply = await api.call('credential.sessionsOnGrace');
      if (!current) return;
      setError(reply.ok ? undefined : reply.error);
      if (reply.ok) setSessions(reply.value);
    };
    void ask();
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [api]);
  return { ...(sessions && { sessions }), ...(error && { error }) };
}
