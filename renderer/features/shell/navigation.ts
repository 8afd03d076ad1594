// Which page is shown: a closed union mirrored to location.hash, so that a reload comes back to it. Switched by
// the navigation, by keys, by links inside pages and by main (tray, menu).

import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import type { PageId } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';
import { isDialogOpen } from '../../ui/dialog';

export const PAGES: readonly PageId[] = [
  'overview',
  'channels',
  'auth-log',
  'credentials',
  'tasks',
  'settings',
];

export function pageFromHash(hash: string): PageId {
  const id = hash.replace(/^#\/?/, '');
  return PAGES.find((page) => page === id) ?? 'overview';
}

/** False while a dialog is open: it has to be answered first. */
export type Navigate = (page: PageId) => boolean;
export const NavigateContext = createContext<Navigate>(() => false);

export function useNavigate(): Navigate {
  return useContext(NavigateContext);
}

export function usePage(): readonly [PageId, Navigate] {
  const { api } = useServices();
  const [page, setPage] = useState<PageId>(() => pageFromHash(window.location.hash));
  const navigate = useCallback<Navigate>((next) => {
    if (isDialogOpen()) return false;
    setPage(next);
    window.location.hash = `#/${next}`;
    return true;
  }, []);
  useEffect(() => api.on('navigate', navigate), [api, navigate]);
  useEffect(() => {
    const onHash = () => setPage(pageFromHash(window.location.hash));
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  return [page, navigate];
}
