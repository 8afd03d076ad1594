// Pure decisions about events of pairing in the Auth log: how one is named in the list, and which explanation fits
// it. No React, no clock.

import type { AuthEvent, PairingEvent } from '../../../shared/model/auth-event';
import type { I18n } from '../../i18n/t';
import { deviceName } from '../credentials/devices-view';

/** Where one event has two stories, who did it tells them apart. */
type Story = PairingEvent['event'] | 'pair.silent' | 'pair.replaced' | 'pair.pruned';

export function isPairing(event: AuthEvent): event is PairingEvent {
  return event.event.startsWith('pair.');
}

/** What a person may search for; the same fields as main's query. */
export function pairingFields(event: PairingEvent): readonly (string | undefined)[] {
  const { deviceId, displayName, clientId, remoteIp, browserOrigin, by } = event;
  return [deviceId, displayName, clientId, remoteIp, browserOrigin, by];
}

function storyOf({ event, by, via }: PairingEvent): Story {
  if (event === 'pair.approved' && via === 'silent') return 'pair.silent';
  if (event === 'pair.rejected' && by === 'device') return 'pair.replaced';
  if (event === 'pair.removed' && by === 'system') return 'pair.pruned';
  return event;
}

export function pairingEventText(event: PairingEvent, i18n: I18n): string {
  return i18n.t(`log.event.${storyOf(event)}`, { name: deviceName(event) });
}

/** What happened, why, and what to do. */
export function explainPairing(event: PairingEvent, i18n: I18n): string {
  return i18n.t(`detail.${storyOf(event)}`);
}
