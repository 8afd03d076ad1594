// How places and messages of Slack are written as one id: a channel, `<channel>:<thread's ts>` for a thread in it, and
// `<channel>:<ts>` for a message. So an answer finds its thread without anything being remembered. Pure.

import { err, ok, type Result } from '../../../lib/result';
import type { EpochFailure } from '../../channel-adapter';

const TS = /^\d{1,16}\.\d{1,10}$/;

/**
 * Unique and the same however often Slack delivers it: once more for want of an ack (which has the same `event_id`),
 * and as `app_mention` beside `message` (which has another).
 */
export function messageIdOf(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}

export function conversationIdOf(channel: string, threadTs: string | undefined): string {
  return threadTs === undefined ? channel : `${channel}:${threadTs}`;
}

export function isTs(value: unknown): value is string {
  return typeof value === 'string' && TS.test(value);
}

/** Where a text goes. A message in a thread is answered in its thread, another one starts a thread. */
export function splitAddress(
  to: string,
  replyToId: string | undefined,
): Result<{ readonly channel: string; readonly threadTs: string | undefined }, EpochFailure> {
  const [channel = '', threadTs, ...more] = to.split(':');
  if (channel === '' || more.length > 0 || !(threadTs === undefined || isTs(threadTs))) {
    return err(malformed('is no id of a Slack channel, person or thread'));
  }
  if (threadTs !== undefined || replyToId === undefined) return ok({ channel, threadTs });
  const ts = replyToId.slice(replyToId.indexOf(':') + 1);
  if (!isTs(ts)) return err(malformed('answers something that is no message of Slack'));
  return ok({ channel, threadTs: ts });
}

function malformed(what: string): EpochFailure {
  return { class: 'config', code: 'bad_target', message: `the text was not sent: its target ${what}` };
}
