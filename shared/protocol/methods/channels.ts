// Channels and their messages (protocol sections 5.2 and 5.6): start, stop and log out an account, log in by QR code,
// send a text, read back what was said. `channels.status` is in core.ts.

import { z } from 'zod';
import type { MethodSpec } from '../method-spec';

const id = z.string().min(1).max(64);
const account = { channel: id, accountId: z.string().max(64).optional() };
const accountParams = z.strictObject(account);
/** Waits are cut to what one request may take. */
const timeoutMs = z.int().min(0).optional();

/** Upstream has them but does not advertise them. */
export const webLoginMethods = {
  'web.login.start': {
    scope: 'operator.admin',
    hidden: true,
    params: z
      .strictObject({
        channel: id.optional(),
        accountId: account.accountId,
        force: z.boolean().optional(),
        timeoutMs,
        verbose: z.boolean().optional(),
      })
      .optional(),
  },
  'web.login.wait': {
    scope: 'operator.admin',
    hidden: true,
    params: z
      .strictObject({
        channel: id.optional(),
        accountId: account.accountId,
        sessionKey: z.string().min(1).max(128).optional(),
        timeoutMs,
        /** What the caller shows already: the answer brings only another one. */
        currentQrDataUrl: z
          .string()
          .max(16_384)
          .regex(/^data:image\/png;base64,/)
          .optional(),
      })
      .optional(),
  },
} as const satisfies Record<string, MethodSpec>;

export const channelsMethods = {
  ...webLoginMethods,
  'channels.start': { scope: 'operator.admin', params: accountParams },
  'channels.stop': { scope: 'operator.admin', params: accountParams },
  'channels.logout': { scope: 'operator.admin', params: accountParams },
  send: {
    scope: 'operator.write',
    params: z.strictObject({
      to: z.string().min(1).max(2_048),
      message: z.string().max(1_000_000).optional(),
      channel: z.string().max(64).optional(),
      accountId: account.accountId,
      replyToId: z.string().max(512).optional(),
      threadId: z.string().max(512).optional(),
      // Of agents, which this gateway has none of: taken, and of no effect on the message.
      agentId: z.string().max(128).optional(),
      sessionKey: z.string().max(512).optional(),
      // What this gateway cannot send: understood in order to be refused in words.
      mediaUrl: z.string().optional(),
      mediaUrls: z.array(z.string()).max(64).optional(),
      buffer: z.string().optional(),
      filename: z.string().optional(),
      contentType: z.string().optional(),
      asVoice: z.boolean().optional(),
      gifPlayback: z.boolean().optional(),
      forceDocument: z.boolean().optional(),
      silent: z.boolean().optional(),
      parseMode: z.literal('HTML').optional(),
      idempotencyKey: z.string().min(1).max(256),
    }),
  },
  'gatehouse.messages.query': {
    scope: 'operator.read',
    params: z
      .strictObject({
        channel: z.string().max(64).optional(),
        accountId: account.accountId,
        conversationId: z.string().max(512).optional(),
        limit: z.int().min(1).max(200).optional(),
        cursor: z
          .string()
          .regex(/^[0-9]{1,15}$/)
          .optional(),
      })
      .optional(),
  },
} as const satisfies Record<string, MethodSpec>;
