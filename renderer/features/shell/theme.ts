// Resolves the theme setting to light or dark on <html data-theme>, and follows the desktop while it is `system`.

import { useEffect } from 'react';
import type { Settings } from '../../../shared/model/settings';

type ThemeSetting = Settings['ui']['theme'];

export function useTheme(setting: ThemeSetting): void {
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      document.documentElement.dataset.theme =
        setting === 'system' ? (dark.matches ? 'dark' : 'light') : setting;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [setting]);
}
