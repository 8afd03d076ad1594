// Catches a bug in one page so that navigation and the status strip stay alive. Says that the gateway goes on.

import { Component, type ReactNode } from 'react';
import { I18nContext } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/card';
import { StatusMark } from '../../ui/status-mark';

interface State {
  readonly failed: boolean;
}

export class CrashGuard extends Component<{ readonly children: ReactNode }, State> {
  static override readonly contextType = I18nContext;
  declare context: React.ContextType<typeof I18nContext>;
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const { t } = this.context;
    return (
      <EmptyState
        mark={<StatusMark tone="bad" shape="cross" size={20} />}
        title={t('crash.title')}
        help={t('crash.body')}
        action={<Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>}
        testId="crash"
      />
    );
  }
}
