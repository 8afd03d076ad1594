import { expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { StatusHub } from '../../../electron/core/status/status-hub';
import { FakeClock } from '../../helpers/fake-clock';
import { statusSnapshot } from '../../helpers/status-snapshot';

it('the snapshot counts the devices that wait now, and says nothing else about them', () => {
  const given = statusSnapshot();
  let waiting = 0;
  const hub = new StatusHub({
    version: '0.0.0',
    clock: new FakeClock(),
    logger: silentLogger,
    sources: {
      gateway: () => given.gateway,
      credential: () => given.credential,
      probe: () => given.probe,
      channels: () => given.channels,
      pendingDevices: () => waiting,
      counters: () => given.counters,
      eventLoopDelayP99Ms: () => 1,
    },
  });
  expect(hub.snapshot().pendingDevices).toBe(0);
  waiting = 2;
  expect(hub.snapshot().pendingDevices).toBe(2);
});
