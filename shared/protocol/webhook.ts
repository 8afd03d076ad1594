// The body of one delivery to a webhook channel: POST /channels/webhook/<accountId>. Parsed by the webhook
// adapter before anything else looks at it. Strict: a misspelt field is refused, not ignored.

import { z } from 'zod';

/** Larger bodies are refused with 413 before they are parsed. */
export const MAX_WEBHOOK_BODY_BYTES = 64 * 1024;

/** An identifier of the sender's own making: one line, so that it can be logged and shown. */
const identifier = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{C}+$/u, 'control characters are not allowed');

export const webhookDeliverySchema = z.strictObject({
  /** Repeat it when a delivery is retried: within 24 h the same id is accepted once. */
  id: identifier.optional(),
  conversation: identifier,
  sender: identifier,
  senderName: identifier.optional(),
  text: z.string().min(1),
});

export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;
