// The lines that the app prints for whoever started it from a terminal: where the gateway listens, or in one sentence
// why it does not. Pure. English only, never a secret.

import type { PortOwner, StatusSnapshot } from '../../shared/model/status';
import { cleanForeignText } from '../core/lib/foreign-text';

/** One line for the present state; undefined while there is nothing final to say. */
export function announcement({ gateway, credential }: StatusSnapshot): string | undefined {
  if (credential.state === 'locked') {
    return `Gatehouse is locked: ${cleanForeignText(credential.detail)} (Credentials page shows the way out)`;
  }
  switch (gateway.state) {
    case 'listening':
      return gateway.url && `Gatehouse is ready: ${gateway.url} (token: Credentials page → Copy)`;
    case 'port-taken':
      return `Gatehouse is waiting: port ${gateway.port} is taken${ownerText(gateway.portOwner)}; it takes over when the port is free, nothing is stopped`;
    case 'failed':
      return `Gatehouse has no gateway: ${cleanForeignText(gateway.error ?? 'it failed to start')}`;
    default:
      return undefined;
  }
}

function ownerText(owner: PortOwner | undefined): string {
  if (!owner) return '';
  const kinds = {
    gatehouse: 'another Gatehouse',
    openclaw: 'an OpenClaw gateway',
    other: '',
    unknown: '',
  } as const;
  const who = kinds[owner.kind] || (owner.command ? cleanForeignText(owner.command, 80) : 'another program');
  return ` by ${who}${owner.pid === undefined ? '' : ` (process ${owner.pid})`}`;
}

/** Said once after the first line, when the window is on a display that nobody sees. */
export const VIRTUAL_DISPLAY_HINT =
  'No screen here: the window is on a virtual display. From another terminal: node out/cli/gatehouse.cjs status, or token show. Ctrl+C stops it.';
