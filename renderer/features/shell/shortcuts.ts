// The window's keys: Ctrl or Cmd with 1–6, R, F and comma. Everything they do can be done with the pointer too.

import { useEffect } from 'react';
import type { PageId } from '../../../shared/ipc/contract';
import { PAGES } from './navigation';

export type ShortcutAction =
  | { readonly do: 'show'; readonly page: PageId }
  | { readonly do: 'check' }
  | { readonly do: 'search' };

interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function shortcutFor(event: Keys): ShortcutAction | undefined {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return undefined;
  const page = PAGES[Number(event.key) - 1];
  if (page) return { do: 'show', page };
  if (event.key === ',') return { do: 'show', page: 'settings' };
  if (event.key === 'r' || event.key === 'R') return { do: 'check' };
  if (event.key === 'f' || event.key === 'F') return { do: 'search' };
  return undefined;
}

export function useShortcuts(act: (action: ShortcutAction) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const action = shortcutFor(event);
      if (!action) return;
      // Ctrl+R would reload the page, Ctrl+F has no meaning of its own here.
      event.preventDefault();
      act(action);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [act]);
}
