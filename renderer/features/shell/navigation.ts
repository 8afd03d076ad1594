// Which page is shown: a closed union mirrored to location.hash, so that a reload comes back to it. Switched by
// the navigation, by keys, by links inside pages and by main (tray, menu).

import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import type { PageId } from '../../../shared/ipc/contract';
import { useServices } from '../../bridge/services';

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

export type Navigate = (page: PageId) => void;
export const NavigateContext = createContext<Navigate>(() => undefined);

export function useNavigate(): Navigate {
  return useContext(NavigateContext);
}

export function usePage(): readonly [PageId, Navigate] {
  const { api } = useServices();
  const [page, setPage] = useState<PageId>(() => pageFromHash(window.location.hash));
  const navigate = useCallback<Navigate>((next) => {
    setPage(next);
    window.location.hash = `#/${next}`;
  }, []);
  useEffect(() => api.on('navigate', navigate), [api, navigate]);
  useEffect(() => {
    const onHash = () => setPage(pageFromHash(window.location.hash));
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  return [page, navigate];
}
