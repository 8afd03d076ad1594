// Addresses that come and go, and a system that refuses to tell them: neither may take the gateway along.

import { expect, it } from 'vitest';
import { watchNetwork } from '../../../electron/core/status/network-watch';
import { FakeClock } from '../../helpers/fake-clock';

type Read = NonNullable<Parameters<typeof watchNetwork>[2]>;

function watching(...readings: readonly (readonly string[] | 'refuses')[]) {
  const clock = new FakeClock();
  let turn = 0;
  let changes = 0;
  const read: Read = () => {
    const reading = readings[Math.min(turn, readings.length - 1)] ?? [];
    turn += 1;
    if (reading === 'refuses') throw new Error('uv_interface_addresses returned EACCES');
    return {
      lo: [{ address: '127.0.0.1', internal: true }],
      eth0: reading.map((address) => ({ address, internal: false })),
    };
  };
  const watch = watchNetwork(
    clock,
    () => {
      changes += 1;
    },
    read,
  );
  return { clock, watch, changes: () => changes };
}

it('says so when there are other addresses, and not when there are none or the same', () => {
  const { clock, watch, changes } = watching(
    ['10.0.0.1'],
    ['10.0.0.1'],
    [],
    ['10.0.0.1'],
    ['10.0.0.2', 'fe80::1'],
  );
  for (const expected of [0, 0, 1, 2, 2]) {
    clock.advance(5_000);
    expect(changes()).toBe(expected);
  }
  watch.dispose();
  expect(clock.pendingTimers).toBe(0);
});

it('takes no harm from a system that refuses to tell its addresses, at the start or later', () => {
  const { clock, changes } = watching('refuses', ['10.0.0.1'], 'refuses', ['10.0.0.1'], ['10.0.0.2']);
  for (const expected of [0, 0, 0, 1]) {
    clock.advance(5_000);
    expect(changes()).toBe(expected);
  }
});
