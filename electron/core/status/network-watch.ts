// Notices that this machine has other network addresses than before: a cable, a VPN, another Wi-Fi. Links made over
// the old ones may be dead without knowing it. Polls, because no system-wide event reaches plain Node.

import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';

const EVERY_MS = 5_000;

type Interfaces = NodeJS.Dict<readonly Pick<NetworkInterfaceInfo, 'address' | 'internal'>[]>;

/** `onChanged` is called when addresses have changed and there is at least one: without a network nothing can be tried. */
export function watchNetwork(
  clock: Clock,
  onChanged: () => void,
  read: () => Interfaces = networkInterfaces,
): Disposable {
  let before = signature(read);
  return clock.setInterval(() => {
    const now = signature(read);
    if (now === undefined || now === before) return;
    const isFirst = before === undefined;
    before = now;
    if (!isFirst && now !== '') onChanged();
  }, EVERY_MS);
}

/** Undefined when the system does not tell: sandboxes refuse it. */
function signature(read: () => Interfaces): string | undefined {
  let interfaces: Interfaces;
  try {
    interfaces = read();
  } catch {
    return undefined;
  }
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
    .sort()
    .join(' ');
}
