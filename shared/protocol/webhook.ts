// What the channel `webhook` takes and gives: the body of a delivery to POST /channels/webhook/<accountId>, the body of
// a reply to the account's `replyUrl`, and the headers that sign both. Parsed by the webhook adapter before anything
// else looks at it. Strict: a misspelt field is refused, not ignored.

import { z } from 'zod';

/** Larger bodies are refused with 413 before they are parsed. */
export const MAX_WEBHOOK_BODY_BYTES = 64 * 1024;

/**
 * With `signature: hmac-sha256`, and on every reply. The signature is `sha256=` and the hex HMAC-SHA-256, keyed with the
 * account's secret, over the timestamp, a dot and the raw body.
 */
export const WEBHOOK_HEADERS = {
  /** Of replies: the same for every try of one reply. Deliveries have their `id` in the body, where it is signed. */
  delivery: 'x-delivery-id',
  /** Unix seconds. */
  timestamp: 'x-timestamp',
  signature: 'x-signature-256',
} as const;

/** A signed delivery is taken this long before and after its timestamp. */
export const WEBHOOK_WINDOW_MS = 300_000;

/** An identifier of the sender's own making: one line, so that it can be logged and shown. */
const identifier = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\P{C}+$/u, 'control characters are not allowed');

export const webhookDeliverySchema = z.strictObject({
  /**
   * Repeat it when a delivery is retried: within 24 h the same id is accepted once. Without one a signed delivery goes
   * by its signature, so that the same body in the same second counts once.
   */
  id: identifier.optional(),
  conversation: identifier,
  sender: identifier,
  senderName: identifier.optional(),
  text: z.string().min(1),
});

export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

export const webhookReplySchema = z.strictObject({
  /** As in the header: repeated when a try is repeated. */
  id: z.string().min(1),
  account: z.string().min(1),
  /** The `conversation` of a delivery, or what somebody typed. */
  conversation: z.string().min(1),
  text: z.string().min(1),
  /** The `id` of the delivery that this answers. */
  replyTo: z.string().min(1).optional(),
});

export type WebhookReply = z.infer<typeof webhookReplySchema>;
