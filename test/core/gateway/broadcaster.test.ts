// The policy for clients that do not read, without sockets (protocol section 1.5; T-12).

import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Broadcaster } from '../../../electron/core/gateway/broadcaster';
import { ClientRegistry } from '../../../electron/core/gateway/client-registry';
import type { Connection } from '../../../electron/core/gateway/connection';

const MIB = 1_048_576;

function harness(names: readonly string[]) {
  const registry = new ClientRegistry();
  const buffered = new Map<string, number>();
  const sent = new Map<string, string[]>();
  const overflowed: string[] = [];
  const asked: string[] = [];
  for (const connId of names) {
    let seq = 0;
    sent.set(connId, []);
    const connection = {
      connId,
      principal: { protocol: 4, role: 'operator', scopes: ['operator.read'], generation: 1 },
      sendEvent: (encode: (seq: number) => string) => {
        seq += 1;
        sent.get(connId)?.push(encode(seq));
      },
      keepalive: () => asked.push(connId),
    };
    registry.add(connection as unknown as Connection);
  }
  const broadcaster = new Broadcaster({
    registry,
    bufferedBytes: ({ connId }) => buffered.get(connId) ?? 0,
    onOverflow: (connection) => {
      overflowed.push(connection.connId);
      registry.delete(connection);
    },
  });
  return { broadcaster, registry, buffered, sent, overflowed, asked };
}

describe('the broadcaster', () => {
  it('skips a droppable event for a backed-up client, uses its number up and counts it', () => {
    const { broadcaster, registry, buffered, sent } = harness(['slow', 'quick']);
    buffered.set('slow', MIB + 1);
    broadcaster.send('cron', { n: 1 });
    buffered.set('slow', 0);
    broadcaster.send('cron', { n: 2 });
    expect(sent.get('slow')).toEqual(['', '{"type":"event","event":"cron","payload":{"n":2},"seq":2}']);
    expect(sent.get('quick')).toHaveLength(2);
    expect(sent.get('quick')?.[0]).toContain('"seq":1');
    expect(registry.all().map((connection) => broadcaster.forget(connection))).toEqual([1, 0]);
    expect(registry.all().map((connection) => broadcaster.forget(connection))).toEqual([0, 0]);
  });

  it('still gives a backed-up client what it may not lose', () => {
    const { broadcaster, buffered, sent } = harness(['slow']);
    buffered.set('slow', 2 * MIB);
    broadcaster.send('tick', { ts: 1 });
    expect(sent.get('slow')).toEqual(['{"type":"event","event":"tick","payload":{"ts":1},"seq":1}']);
  });

  it('lets the fullest go, and only as many as it takes, when all together hold more than 64 MiB', () => {
    const names = Array.from({ length: 30 }, (_, index) => `c${index}`);
    const { broadcaster, buffered, overflowed } = harness(names);
    names.forEach((name, index) => {
      buffered.set(name, index === 7 ? 4 * MIB : 2.2 * MIB);
    });
    broadcaster.send('tick', { ts: 1 });
    expect(overflowed[0]).toBe('c7');
    const left = names.filter((name) => !overflowed.includes(name));
    expect(left.length * 2.2).toBeLessThanOrEqual(64);
    expect((left.length + 1) * 2.2).toBeGreaterThan(64);
  });

  it('asks who is still there with a tick and with nothing else, and not thousands in one turn', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `c${index}`);
    const { broadcaster, sent, asked } = harness(names);
    broadcaster.send('health', {});
    while (sent.get('c999')?.length === 0) await setImmediate();
    expect(asked).toEqual([]);
    broadcaster.send('tick', { ts: 1 });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(500);
    while (sent.get('c999')?.length === 1) await setImmediate();
    expect(asked).toEqual(names);
  });
});
