// Pairing of devices and their tokens (protocol section 3.10): names, scopes and params as upstream has them.

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

const id = z.string().min(1).max(256);
const role = z.string().min(1).max(64);

export const devicesMethods = {
  'device.pair.list': { scope: 'operator.pairing', params: z.strictObject({}).optional() },
  'device.pair.approve': { scope: 'operator.pairing', params: z.strictObject({ requestId: id }) },
  'device.pair.reject': { scope: 'operator.pairing', params: z.strictObject({ requestId: id }) },
  'device.pair.remove': { scope: 'operator.pairing', params: z.strictObject({ deviceId: id }) },
  'device.token.rotate': {
    scope: 'operator.pairing',
    params: z.strictObject({ deviceId: id, role, scopes: z.array(role).max(64).optional() }),
  },
  'device.token.revoke': { scope: 'operator.pairing', params: z.strictObject({ deviceId: id, role }) },
} as const satisfies Record<string, MethodSpec>;
