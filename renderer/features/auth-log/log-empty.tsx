// The reasons for an empty list, each with its own look and way on: good news must not look like a failure.

import type { IpcError } from '../../../shared/ipc/contract';
import { useAction, useServices } from '../../bridge/services';
import { useI18n } from '../../i18n/i18n-context';
import { useAge } from '../../ui/age';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/card';
import { StatusMark } from '../../ui/status-mark';
import type { EmptyKind } from './auth-log-view';

export interface LogEmptyProps {
  readonly kind: EmptyKind;
  readonly error: IpcError | undefined;
  readonly lastCheckAt: number | undefined;
}

export function LogEmpty({ kind, error, lastCheckAt }: LogEmptyProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const { api, authLog } = useServices();
  const start = useAction(() => api.call('gateway.start'));
  const checked = useAge(lastCheckAt);
  const testId = `log-empty-${kind}`;
  switch (kind) {
    case 'failed':
      return (
        <EmptyState
          mark={<StatusMark tone="bad" shape="cross" size={20} />}
          title={t('log.empty.failed')}
          help={error && i18n.error(error)}
          action={<Button onClick={() => void authLog.reload()}>{t('common.retry')}</Button>}
          testId={testId}
        />
      );
    case 'no-match':
      return (
        <EmptyState
          mark={<StatusMark tone="muted" shape="dash" size={20} />}
          title={t('log.empty.noMatch')}
          action={
            <Button onClick={() => authLog.setFilter({ outcome: 'all', reason: 'any', text: '' })}>
              {t('log.empty.clear')}
            </Button>
          }
          testId={testId}
        />
      );
    case 'good':
      return (
        <EmptyState
          mark={<StatusMark tone="ok" shape="tick" size={22} />}
          title={t('log.empty.good')}
          help={checked === '' ? t('log.empty.goodHelp') : t('log.empty.goodChecked', { age: checked })}
          testId={testId}
        />
      );
    case 'not-running':
      return (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={20} />}
          title={t('log.empty.notRunning')}
          help={start.error ? i18n.error(start.error) : t('log.empty.notRunningHelp')}
          action={
            <Button weight="primary" busy={start.busy} onClick={() => void start.run()}>
              {t('common.start')}
            </Button>
          }
          testId={testId}
        />
      );
    case 'nothing':
      return (
        <EmptyState
          mark={<StatusMark tone="muted" shape="hollow" size={20} />}
          title={t('log.empty.nothing')}
          help={t('log.empty.nothingHelp')}
          testId={testId}
        />
      );
  }
}
