// A keyboard must not lose its place with an entry that is removed, or with the button that made a new one.

import { type RefObject, useEffect, useRef } from 'react';

/**
 * For a list of buttons. When another entry is `shown` and what had the focus is gone, the pressed one gets it, or else
 * the first.
 */
export function useKeptFocus(shown: string | undefined): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(shown);
  useEffect(() => {
    const isFirst = before.current === undefined || before.current === shown;
    before.current = shown;
    if (isFirst || document.activeElement !== document.body) return;
    const pressed = list.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    (pressed ?? list.current?.querySelector('button'))?.focus();
  }, [shown]);
  return list;
}
