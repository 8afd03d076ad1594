// Who may get which event (protocol sections 1.5 and 5.9; SEC-15).

import { describe, expect, it } from 'vitest';
import type { BroadcastName, EventReceiver } from '../../../shared/protocol/events';
import { EVENT_NAMES, isDroppable, mayReceive } from '../../../shared/protocol/events';

const BROADCASTS = EVENT_NAMES.filter((name): name is BroadcastName => name !== 'connect.challenge');

function allowed(receiver: Partial<EventReceiver>): readonly string[] {
  return BROADCASTS.filter((name) =>
    mayReceive(name, { protocol: 4, role: 'operator', scopes: [], ...receiver }),
  );
}

const FOR_ALL = ['tick', 'health', 'shutdown', 'heartbeat'];

describe('the table of events (SEC-15)', () => {
  it.each([
    { who: 'protocol 4 without scopes', receiver: {}, gets: FOR_ALL },
    {
      who: 'protocol 3 without scopes',
      receiver: { protocol: 3 as const },
      gets: ['tick', 'health', 'shutdown', 'presence', 'heartbeat'],
    },
    {
      who: 'a reader',
      receiver: { scopes: ['operator.read'] },
      gets: ['tick', 'health', 'shutdown', 'presence', 'heartbeat', 'cron', 'gatehouse.message'],
    },
    {
      who: 'a pairing operator',
      receiver: { scopes: ['operator.pairing'] },
      gets: [...FOR_ALL, 'device.pair.requested', 'device.pair.resolved'],
    },
    { who: 'an admin', receiver: { scopes: ['operator.admin'] }, gets: BROADCASTS },
    {
      who: 'a node, whatever scopes it carries',
      receiver: { role: 'node' as const, scopes: ['operator.admin'] },
      gets: FOR_ALL,
    },
  ])('$who gets exactly its events', ({ receiver, gets }) => {
    expect([...allowed(receiver)].sort()).toEqual([...gets].sort());
  });

  it.each(['no.such.event', 'connect.challenge', 'toString', '__proto__', ''])(
    'delivers %j to nobody, admins included',
    (name) => {
      expect(mayReceive(name, { protocol: 3, role: 'operator', scopes: ['operator.admin'] })).toBe(false);
    },
  );

  it('lets a slow client lose upstream’s droppable events and messages, and no others', () => {
    expect(BROADCASTS.filter(isDroppable)).toEqual([
      'presence',
      'heartbeat',
      'cron',
      'device.pair.requested',
      'device.pair.resolved',
      'gatehouse.message',
    ]);
  });
});
