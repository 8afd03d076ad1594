// Events this gateway sends: who may get each, and which a slow client may lose (protocol page sections 1.5 and
// 5.9). hello-ok advertises exactly this table; an event that is not in it is delivered to nobody.

import type { Scope } from './scopes';
import { hasScope } from './scopes';
import type { ProtocolVersion } from './version';

interface EventSpec {
  /** `null`: every authenticated connection, nodes too. Otherwise operators that hold the scope. */
  readonly scope: Scope | null | { readonly 3: Scope | null; readonly 4: Scope | null };
  /** May be skipped for a client that does not read; the gap in `seq` tells it. */
  readonly droppable?: true;
  /** Sent to one connection by itself, never broadcast. */
  readonly unicast?: true;
}

export const EVENTS = {
  'connect.challenge': { scope: null, unicast: true },
  tick: { scope: null },
  health: { scope: null },
  shutdown: { scope: null },
  presence: { scope: { 3: null, 4: 'operator.read' }, droppable: true },
  heartbeat: { scope: null, droppable: true },
  cron: { scope: 'operator.read', droppable: true },
  'device.pair.requested': { scope: 'operator.pairing', droppable: true },
  'device.pair.resolved': { scope: 'operator.pairing', droppable: true },
  // Ours: each message of the journal once, as it is appended.
  'gatehouse.message': { scope: 'operator.read', droppable: true },
} as const satisfies Record<string, EventSpec>;

export type EventName = keyof typeof EVENTS;
export type BroadcastName = Exclude<EventName, 'connect.challenge'>;

export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[];

export function isDroppable(event: BroadcastName): boolean {
  return (EVENTS[event] as EventSpec).droppable === true;
}

export interface EventReceiver {
  readonly protocol: ProtocolVersion;
  readonly role: 'operator' | 'node';
  readonly scopes: readonly string[];
}

/** Whether a broadcast of this name is for this connection. */
export function mayReceive(event: string, receiver: EventReceiver): boolean {
  if (!Object.hasOwn(EVENTS, event)) return false;
  const spec: EventSpec = EVENTS[event as EventName];
  if (spec.unicast === true) return false;
  const scope =
    spec.scope === null || typeof spec.scope === 'string' ? spec.scope : spec.scope[receiver.protocol];
  return scope === null || (receiver.role === 'operator' && hasScope(receiver.scopes, scope));
}
