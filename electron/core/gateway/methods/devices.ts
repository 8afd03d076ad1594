// `device.pair.*` and `device.token.*` (protocol section 3.10, SEC-21). Who may manage whom is decided here: an
// admin everybody, a session of a device token its own device only, others within their own scopes. A refusal
// says that it is one and not why; the log says why. A token is handed only to the device it belongs to.

import type { PairedDevice, PendingPairing } from '../../../../shared/model/device';
import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { devicesMethods } from '../../../../shared/protocol/methods/devices';
import { hasScope } from '../../../../shared/protocol/scopes';
import type { Logger } from '../../lib/logger-port';
import { err, ok } from '../../lib/result';
import { issuedAtMs, pendingOnWire } from '../auth/device-records';
import type { Pairing, PairingError } from '../auth/pairing';
import type { Caller, MethodHandlers, MethodResult } from './method-registry';

export interface DevicesDeps {
  readonly pairing: Pairing;
  readonly isConnected: (deviceId: string) => boolean;
  readonly logger: Logger;
}

const APPROVAL_DENIED = 'device pairing approval denied';
const REJECTION_DENIED = 'device pairing rejection denied';
const REMOVAL_DENIED = 'device pairing removal denied';
const ROTATION_DENIED = 'device token rotation denied';
const REVOCATION_DENIED = 'device token revocation denied';

export function devicesHandlers({
  pairing,
  isConnected,
  logger,
}: DevicesDeps): Pick<MethodHandlers, keyof typeof devicesMethods> {
  const deny = (message: string, reason: string, fields: Readonly<Record<string, unknown>>): MethodResult => {
    logger.warn('device.denied', { message: `${message} reason=${reason}`, ...fields });
    return err(invalidRequest(message));
  };
  const fail = (error: PairingError, denied: string): MethodResult => {
    switch (error.code) {
      case 'unknown_request':
        return err(invalidRequest('unknown requestId'));
      case 'unknown_device':
        return err(invalidRequest('unknown deviceId'));
      case 'missing_scope':
        return err(invalidRequest(`missing scope: ${error.scope}`));
      case 'denied':
      case 'changed':
        return err(invalidRequest(denied));
      case 'full':
        return err(unavailable('too many devices are paired; remove some first'));
      default:
        return err(unavailable(error.detail));
    }
  };
  const pendingOf = (requestId: string) =>
    pairing.list().pending.find((request) => request.requestId === requestId);
  const pairedOf = (deviceId: string) => pairing.list().paired.find((device) => device.deviceId === deviceId);

  return {
    'device.pair.list': (_params, caller) => {
      const { pending, paired } = pairing.list();
      const own = ownDevice(caller);
      const mayList = ({ deviceId }: { deviceId: string }) => isAdmin(caller) || !own || deviceId === own;
      return ok({
        pending: pending.filter(mayList).map(pendingOnWire),
        paired: paired
          .filter(mayList)
          .map((device) => ({ ...device, connected: isConnected(device.deviceId) })),
      });
    },

    'device.pair.approve': async ({ requestId }, caller) => {
      if (!isAdmin(caller)) {
        const request = pendingOf(requestId);
        const reason = request === undefined ? 'unknown-request' : strangerReason(caller, request);
        if (reason !== undefined) return deny(APPROVAL_DENIED, reason, { requestId });
      }
      const { scopes: callerScopes } = caller.principal;
      const approved = await pairing.approve({ requestId, callerScopes, by: caller.connId });
      return approved.ok ? ok({ requestId, device: approved.value }) : fail(approved.error, APPROVAL_DENIED);
    },

    'device.pair.reject': async ({ requestId }, caller) => {
      const own = ownDevice(caller);
      if (own !== undefined && !isAdmin(caller) && pendingOf(requestId)?.deviceId !== own) {
        return deny(REJECTION_DENIED, 'device-ownership-mismatch', { requestId });
      }
      const rejected = pairing.reject({ requestId, by: caller.connId });
      if (!rejected.ok) return fail(rejected.error, REJECTION_DENIED);
      await pairing.recorded();
      return ok({ requestId, deviceId: rejected.value.deviceId });
    },

    'device.pair.remove': async ({ deviceId }, caller) => {
      const own = ownDevice(caller);
      const target = pairedOf(deviceId);
      if (!isAdmin(caller)) {
        const foreign = own !== undefined && own !== deviceId;
        const reason = foreign ? 'device-ownership-mismatch' : beyondReason(caller, target);
        if (reason !== undefined) return deny(REMOVAL_DENIED, reason, { deviceId });
      }
      const removed = await pairing.remove({ deviceId, by: caller.connId });
      return removed.ok ? ok({ deviceId }) : fail(removed.error, REMOVAL_DENIED);
    },

    'device.token.rotate': async ({ deviceId, role, scopes }, caller) => {
      const reason = tokenReason(caller, deviceId, role);
      if (reason !== undefined) return deny(ROTATION_DENIED, reason, { deviceId, role });
      const rotated = await pairing.rotateToken({
        deviceId,
        role,
        ...(scopes === undefined ? {} : { scopes }),
        ...bounds(caller, role),
        by: caller.connId,
      });
      if (!rotated.ok) return fail(rotated.error, ROTATION_DENIED);
      const token = rotated.value;
      const inBand = ownDevice(caller) === deviceId;
      return ok({
        deviceId,
        role: token.role,
        ...(inBand ? { token: token.secret.expose() } : {}),
        scopes: token.scopes,
        rotatedAtMs: issuedAtMs(token),
        // The field belongs to protocol 4.
        ...(caller.principal.protocol >= 4
          ? { tokenDelivery: inBand ? 'in-band' : 'withheld-cross-device' }
          : {}),
      });
    },

    'device.token.revoke': async ({ deviceId, role }, caller) => {
      const reason = tokenReason(caller, deviceId, role);
      if (reason !== undefined) return deny(REVOCATION_DENIED, reason, { deviceId, role });
      const revoked = await pairing.revokeToken({
        deviceId,
        role,
        ...bounds(caller, role),
        by: caller.connId,
      });
      if (!revoked.ok) return fail(revoked.error, REVOCATION_DENIED);
      return ok({ deviceId, role: revoked.value.role, revokedAtMs: revoked.value.revokedAtMs });
    },
  };
}

function isAdmin({ principal }: Caller): boolean {
  return hasScope(principal.scopes, 'operator.admin');
}

/** The device that this session is, by its own token; others only hold the shared secret. */
function ownDevice({ principal }: Caller): string | undefined {
  return principal.method === 'device-token' ? principal.deviceId : undefined;
}

function strangerReason(caller: Caller, request: PendingPairing): string | undefined {
  const own = ownDevice(caller);
  if (own !== undefined && own !== request.deviceId) return 'device-ownership-mismatch';
  return request.role === 'operator' ? undefined : 'role-management-requires-admin';
}

/** Who is not an admin must not take away what he could not have given. */
function beyondReason(caller: Caller, target: PairedDevice | undefined): string | undefined {
  if (target?.roles.some((role) => role !== 'operator')) return 'role-management-requires-admin';
  const isOwn = ownDevice(caller) === target?.deviceId;
  const within = target?.scopes.every((scope) => hasScope(caller.principal.scopes, scope)) ?? true;
  return isOwn || within ? undefined : 'caller-missing-scope';
}

function tokenReason(caller: Caller, deviceId: string, role: string): string | undefined {
  if (isAdmin(caller)) return undefined;
  const own = ownDevice(caller);
  if (own !== undefined && own !== deviceId) return 'device-ownership-mismatch';
  return role === 'operator' ? undefined : 'role-management-requires-admin';
}

/** Only an operator's token is measured by its caller's scopes; other roles took an admin to get here. */
function bounds({ principal }: Caller, role: string): { readonly callerScopes?: readonly string[] } {
  return role === 'operator' ? { callerScopes: principal.scopes } : {};
}

function unavailable(detail: string): WireError {
  return { code: 'UNAVAILABLE', message: `the list of devices was not changed: ${detail}`, retryable: true };
}
