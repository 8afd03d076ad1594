// One text to one Discord channel or user (reference/channels section 10d). A text that somebody sends through us never
// pings: mentions in it stay plain.

import { createHash } from 'node:crypto';
import { err, ok, type Result } from '../../../lib/result';
import type { EpochFailure, OutboundMessage, SendOutcome } from '../../channel-adapter';
import type { DiscordApi } from './discord-api';

const TARGET = /^(?:discord:)?(?:(channel|user):)?([0-9]{1,20})$/;
const NONCE_CHARS = 25;

export async function sendText(
  api: DiscordApi,
  { to, text, replyToId, idempotencyKey }: OutboundMessage,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const channel = await channelOf(api, to, signal);
  if (!channel.ok) return channel;
  const posted = await api.call('POST', `/channels/${channel.value}/messages`, signal, {
    content: text,
    allowed_mentions: { parse: [] },
    // Discord gives back the first message when a second comes with the same.
    nonce: createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, NONCE_CHARS),
    enforce_nonce: true,
    ...(replyToId === undefined
      ? {}
      : { message_reference: { message_id: replyToId, fail_if_not_exists: false } }),
  });
  if (!posted.ok) return posted;
  const { id } = posted.value;
  if (typeof id === 'string' && id !== '') return ok({ messageId: id });
  return err({
    class: 'protocol',
    code: 'unconfirmed',
    message: 'Discord took the message but did not confirm it',
  });
}

async function channelOf(
  api: DiscordApi,
  to: string,
  signal: AbortSignal,
): Promise<Result<string, EpochFailure>> {
  const [, kind, id] = TARGET.exec(to) ?? [];
  if (id === undefined) {
    return err({
      class: 'config',
      code: 'bad_target',
      message: 'this is no conversation on Discord',
      fix: 'Use the id of a channel, or user: followed by the id of a user.',
    });
  }
  if (kind !== 'user') return ok(id);
  const opened = await api.call('POST', '/users/@me/channels', signal, { recipient_id: id });
  if (!opened.ok) return opened;
  return typeof opened.value.id === 'string' && /^[0-9]{1,20}$/.test(opened.value.id)
    ? ok(opened.value.id)
    : err({ class: 'protocol', code: 'malformed', message: 'Discord opened no conversation with this user' });
}
