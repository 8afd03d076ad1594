// Events this gateway sends (protocol page sections 1.5 and 5.9), and which a slow client may lose.

export const EVENT_NAMES = ['connect.challenge', 'tick', 'health', 'shutdown'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** None of the present events may be dropped: a client that cannot take them is closed as a slow consumer. */
export const DROPPABLE_EVENTS: ReadonlySet<EventName> = new Set();
