// Settings' row about who may connect: what holds now, and the way to change it.

import { useState } from 'react';
import type { Settings } from '../../../shared/model/settings';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { StatusMark } from '../../ui/status-mark';
import { AuthModeDialog } from './auth-mode-dialog';
import { authModeState } from './auth-mode-view';
import { Row } from './row';
import styles from './settings.module.css';

export function AuthModeRow({ settings }: { readonly settings: Settings }) {
  const { t } = useI18n();
  const snapshot = useSnapshot();
  const [asking, setAsking] = useState(false);
  const state = authModeState(settings, snapshot?.credential);
  const { configured, passwordMissing } = state;
  return (
    <Row
      label={t('settings.auth')}
      help={t(`settings.auth.help.${configured}`)}
      error={passwordMissing ? t('settings.auth.passwordMissing') : undefined}
      testId="row-auth-mode"
    >
      {configured === 'none' && <StatusMark tone="warn" shape="triangle" />}
      <span className={styles.value}>{t(`settings.auth.${configured}`)}</span>
      <Button
        disabled={snapshot?.credential.state !== 'ready'}
        onClick={() => setAsking(true)}
        testId="auth-change"
      >
        {t('settings.auth.change')}
      </Button>
      {asking && (
        <AuthModeDialog
          state={state}
          clients={snapshot?.gateway.clients ?? 0}
          onClose={() => setAsking(false)}
        />
      )}
    </Row>
  );
}
