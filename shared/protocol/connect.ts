// Params of `connect` (protocol page section 2.4): strict, the union of what protocols 3 and 4 define.

import { z } from 'zod';
import { CLIENT_IDS, CLIENT_MODES } from './client-info';

const text = z.string().max(1024);
const secret = z.string().max(4096);

const client = z.strictObject({
  id: z.enum(CLIENT_IDS),
  displayName: text.optional(),
  version: text.min(1),
  platform: text.min(1),
  deviceFamily: text.optional(),
  modelIdentifier: text.optional(),
  mode: z.enum(CLIENT_MODES),
  instanceId: text.optional(),
  buildId: text.optional(),
  timeZone: text.optional(),
});

const device = z.strictObject({
  id: text.min(1),
  publicKey: text.min(1),
  signature: text.min(1),
  signedAt: z.int().min(0),
  nonce: text.min(1),
});

const auth = z.strictObject({
  token: secret.optional(),
  bootstrapToken: secret.optional(),
  deviceToken: secret.optional(),
  password: secret.optional(),
  approvalRuntimeToken: secret.optional(),
  agentRuntimeIdentityToken: secret.optional(),
});

export const connectParamsSchema = z.strictObject({
  minProtocol: z.int().min(1),
  maxProtocol: z.int().min(1),
  client,
  caps: z.array(text).max(256).optional(),
  commands: z.array(text).max(1024).optional(),
  permissions: z.record(text, z.boolean()).optional(),
  pathEnv: z.string().max(32_768).optional(),
  role: text.optional(),
  scopes: z.array(text).max(64).optional(),
  device: device.optional(),
  auth: auth.optional(),
  locale: text.optional(),
  userAgent: text.optional(),
  computerUse: z.record(z.string(), z.unknown()).optional(),
  workerRuns: z.record(z.string(), z.unknown()).optional(),
});

export type ConnectParams = z.infer<typeof connectParamsSchema>;
