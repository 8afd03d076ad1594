// The page's root component: hands services, language and theme to everything below. Knows no page by itself.

import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useMemo, useState } from 'react';
import { type Services, ServicesContext, useObservable } from './bridge/services';
import { Shell } from './features/shell/shell';
import { useTheme } from './features/shell/theme';
import type { Locale } from './i18n/catalogue';
import { I18nContext } from './i18n/i18n-context';
import { createI18n } from './i18n/t';

/** How long the first paint waits for language and theme, so that neither flashes. */
const FIRST_PAINT_MS = 1_500;

export function App({ services }: { readonly services: Services }) {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const deadline = setTimeout(() => setReady(true), FIRST_PAINT_MS);
    services.devices.start();
    void Promise.all([services.settings.start(), services.snapshots.start()]).then(() => setReady(true));
    return () => {
      clearTimeout(deadline);
      services.settings.stop();
      services.snapshots.stop();
      services.authLog.stop();
      services.devices.stop();
      services.tasks.stop();
    };
  }, [services]);

  const { settings, info } = useObservable(services.settings.state);
  const locale = resolveLocale(settings?.ui.language, info?.locale);
  const i18n = useMemo(() => createI18n(locale), [locale]);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  useTheme(settings?.ui.theme ?? 'system');

  if (!ready) return null;
  return (
    <CSPProvider disableStyleElements>
      <ServicesContext.Provider value={services}>
        <I18nContext.Provider value={i18n}>
          <Shell />
        </I18nContext.Provider>
      </ServicesContext.Provider>
    </CSPProvider>
  );
}

function resolveLocale(setting: 'system' | Locale | undefined, system: Locale | undefined): Locale {
  if (setting !== undefined && setting !== 'system') return setting;
  return system ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en');
}
