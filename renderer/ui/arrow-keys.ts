// Arrow keys, J and K, Home and End in a list of buttons: they move the focus, Enter takes what has it. Tab reaches every
// button all the same.

import type { KeyboardEvent } from 'react';

/** For `onKeyDown` of the element around the buttons. */
export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons: readonly (Element | null)[] = [...event.currentTarget.querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement);
  const places: Readonly<Record<string, number>> = {
    j: at + 1,
    ArrowDown: at + 1,
    k: at - 1,
    ArrowUp: at - 1,
    Home: 0,
    End: buttons.length - 1,
  };
  const next = Object.hasOwn(places, event.key) ? places[event.key] : undefined;
  if (next === undefined) return;
  event.preventDefault();
  const button = buttons[Math.max(0, Math.min(buttons.length - 1, next))];
  if (button instanceof HTMLElement) button.focus();
}
