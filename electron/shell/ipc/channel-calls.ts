// The calls that set channels up, log in by QR code and show messages. Called by ipc-server among the handlers. What a
// person typed becomes a Secret at once; answers hold no secret but the code of a login while that is open.

import type { ChannelDraft, ChannelKindView, ConversationView } from '../../../shared/ipc/channels';
import type { IpcError, IpcReply } from '../../../shared/ipc/contract';
import { CHANNEL_KINDS } from '../../../shared/model/channel-kinds';
import type { AccountDraft, EditError } from '../../core/channels/account-draft';
import type { SendError } from '../../core/channels/channel-calls';
import type { Conversation } from '../../core/channels/message-journal';
import type { Core } from '../../core/core';
import type { Random } from '../../core/lib/random';
import { err, ok, type Result } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { ClipboardGuard } from '../clipboard';
import type { IpcHandlers } from './ipc-server';

const PROBE_MS = 10_000;
/** The page gives up after 30 s. */
const LOGIN_WAIT_MS = 20_000;
const MAX_LAST_CHARS = 200;
const MAX_CONVERSATIONS = 200;

type ChannelCallName = Extract<
  keyof IpcHandlers,
  `channels.${string}` | `login.${string}` | `messages.${string}`
>;
type ChannelCore = Pick<Core, 'channels' | 'channelEditor' | 'logins' | 'journal'>;

export interface ChannelCallDeps {
  readonly core: ChannelCore;
  readonly clipboard: Pick<ClipboardGuard, 'putSecret'>;
  readonly random: Pick<Random, 'uuid'>;
}

export function channelHandlers({
  core: { channels, channelEditor, logins, journal },
  clipboard,
  random,
}: ChannelCallDeps): Pick<IpcHandlers, ChannelCallName> {
  return {
    'channels.kinds': () => ok(CHANNEL_KINDS.map(kindView)),
    'channels.form': ({ channel, accountId }) => edited(channelEditor.form(channel, accountId)),
    'channels.check': async (draft) => edited(await channelEditor.check(draftOf(draft))),
    'channels.stopCheck': ({ channel, accountId }) => {
      channelEditor.stopCheck(channel, accountId);
      return ok(null);
    },
    'channels.save': async ({ unchecked = false, ...draft }) =>
      done(edited(await channelEditor.save(draftOf(draft), { unchecked }))),
    'channels.logout': async ({ channel, accountId }) =>
      done(edited(await channelEditor.logout(channel, accountId))),
    'channels.remove': async ({ channel, accountId }) =>
      done(edited(await channelEditor.remove(channel, accountId))),
    'channels.setEnabled': async ({ channel, accountId, enabled }) =>
      done(await channels.setEnabled(channel, accountId, enabled)),
    'channels.restart': async ({ channel, accountId }) => done(await channels.restart(channel, accountId)),
    'channels.probe': async ({ channel, accountId }) => {
      await channels.probe({ channel, accountId, timeoutMs: PROBE_MS });
      return ok(null);
    },
    'channels.newSecret': async ({ channel, accountId }) => {
      const made = await channels.newSecret(channel, accountId);
      return made.ok ? ok(await clipboard.putSecret(made.value)) : made;
    },

    'login.start': async (target) => {
      const started = await logins.start(target);
      if (started.ok) return started;
      const failure = started.error;
      return err({ code: 'login_failed', message: failure.message, failure });
    },
    'login.wait': async (request) => ok(await logins.wait({ ...request, timeoutMs: LOGIN_WAIT_MS })),
    'login.cancel': ({ sessionKey }) => {
      logins.cancel(sessionKey);
      return ok(null);
    },

    'messages.conversations': (account) =>
      ok(journal.conversations(account).slice(0, MAX_CONVERSATIONS).map(conversationView)),
    'messages.query': async (query) => ok(await journal.query(query)),
    'messages.send': async ({ channel, accountId, to, text }) => {
      const message = { to, text, idempotencyKey: random.uuid() };
      const sent = await channels.send(channel, accountId, message);
      return sent.ok ? ok(null) : err(sendError(sent.error));
    },
  };
}

function kindView(kind: (typeof CHANNEL_KINDS)[number]): ChannelKindView {
  const { id, label, setUp, fields } = kind;
  return { id, label, setUp, fields, ...('vendorUrl' in kind ? { vendorUrl: kind.vendorUrl } : {}) };
}

function draftOf({ secrets, ...draft }: ChannelDraft): AccountDraft {
  const sealed = Object.entries(secrets).map(([key, text]) => [key, new Secret(text)] as const);
  return { ...draft, secrets: Object.fromEntries(sealed) };
}

function conversationView({ conversationId, chatType, senderName, last }: Conversation): ConversationView {
  return {
    conversationId,
    ...(chatType === undefined ? {} : { chatType }),
    ...(senderName === undefined ? {} : { senderName }),
    last: { ...last, text: last.text.slice(0, MAX_LAST_CHARS) },
  };
}

function done(result: Result<unknown, IpcError>): IpcReply<null> {
  return result.ok ? ok(null) : result;
}

function edited<T>(result: Result<T, EditError>): IpcReply<T> {
  if (result.ok) return result;
  const { code, message, field, fix, class: failureClass } = result.error;
  const failure = {
    message,
    ...(fix === undefined ? {} : { fix }),
    ...(failureClass === undefined ? {} : { class: failureClass }),
  };
  return err({
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(code === 'rejected' ? { failure } : {}),
  });
}

function sendError({ code, message, failure }: SendError): IpcError {
  return { code, message, ...(failure === undefined ? {} : { failure }) };
}
