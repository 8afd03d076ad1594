// Pure decisions about devices: how they are named, which rights need a second look, and in which order they are
// listed. What a device says about itself is foreign text.

import type { PairedDevice, PendingPairing } from '../../../shared/model/device';
import type { Scope } from '../../../shared/protocol/scopes';
import { foreignText } from '../../ui/foreign-text';

/** With one of these a device can give itself or others all the rest. */
const POWERFUL: ReadonlySet<Scope> = new Set<Scope>(['operator.admin', 'operator.pairing']);
/** Enough of a SHA-256 to tell devices apart by eye. */
const SHOWN_ID_CHARS = 16;
/** A pending request ends this long after its last attempt (shared/model/device). */
const PENDING_MS = 5 * 60_000;

export function isPowerful(scope: Scope): boolean {
  return POWERFUL.has(scope);
}

/** The powerful ones first; otherwise as they came. */
export function byPower(scopes: readonly Scope[]): readonly Scope[] {
  return [...scopes].sort((a, b) => Number(isPowerful(b)) - Number(isPowerful(a)));
}

/** Without those that another one includes: `admin` is everything, `write` includes `read`. */
export function shortScopes(scopes: readonly Scope[]): readonly Scope[] {
  if (scopes.includes('operator.admin')) return ['operator.admin'];
  const writes = scopes.includes('operator.write');
  return byPower(scopes.filter((scope) => scope !== 'operator.read' || !writes));
}

type Named = Pick<PairedDevice, 'deviceId' | 'displayName' | 'clientId'>;

export function deviceName({ deviceId, displayName, clientId }: Named): string {
  return foreignText(displayName ?? '').trim() || foreignText(clientId ?? '').trim() || shortId(deviceId);
}

export function shortId(deviceId: string): string {
  return foreignText(deviceId).slice(0, SHOWN_ID_CHARS);
}

export function platformText(device: Pick<PairedDevice, 'platform' | 'deviceFamily'>): string {
  return joined(device.platform, device.deviceFamily);
}

export function programText(device: Pick<PairedDevice, 'clientId' | 'clientMode'>): string {
  return joined(device.clientId, device.clientMode);
}

function joined(...texts: readonly (string | undefined)[]): string {
  const clean = texts.map((text) => foreignText(text ?? '').trim()).filter(Boolean);
  return [...new Set(clean)].join(' · ');
}

export function endsAt(request: PendingPairing): number {
  return request.refreshedAtMs + PENDING_MS;
}

/** Changes with anything that is shown of the requests, and with their order. */
export function shownKey(pending: readonly PendingPairing[]): string {
  return pending.map(({ requestId, shownHash }) => `${requestId}:${shownHash}`).join();
}
