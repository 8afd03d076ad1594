// Decides what closing and starting do with the window. Pure. The one rule behind both: a window is hidden only
// where a tray icon can bring it back.

export type CloseChoice = 'hide' | 'ask-without-tray' | 'quit';

export function closeChoice(facts: {
  readonly closeToTray: boolean;
  readonly hasTrayHost: boolean;
}): CloseChoice {
  if (!facts.closeToTray) return 'quit';
  return facts.hasTrayHost ? 'hide' : 'ask-without-tray';
}

export function startsHidden(facts: {
  readonly startHidden: boolean;
  readonly hasTrayHost: boolean;
}): boolean {
  return facts.startHidden && facts.hasTrayHost;
}
