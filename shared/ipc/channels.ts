// The part of the IPC contract about setting channels up, logging in by QR code and their messages. Types only. What a
// person types goes in, also secrets; of secrets nothing comes back but which there are.

import type { ChannelIdentity, ChatType, FailureClass, JournalMessage } from '../model/channel';
import type { ChannelField, ChannelKind, KnownChannelId } from '../model/channel-kinds';

export interface AccountRef {
  readonly channel: string;
  readonly accountId: string;
}

/** A channel that can be set up, as its form needs it. */
export interface ChannelKindView extends Pick<ChannelKind, 'label' | 'setUp' | 'vendorUrl'> {
  readonly id: KnownChannelId;
  readonly fields: readonly ChannelField[];
}

/** What an account's form shows; of its secrets only which are stored, by OpenClaw's key. */
export interface ChannelForm {
  readonly name?: string;
  readonly values: Readonly<Record<string, string>>;
  readonly storedSecrets: readonly string[];
}

export interface ChannelDraft extends AccountRef {
  /** True: there must be no such account yet. */
  readonly create: boolean;
  readonly name?: string;
  /** By OpenClaw's key; an optional one that is empty goes back to its default, one that is absent stays as it is. */
  readonly values: Readonly<Record<string, string>>;
  /** By OpenClaw's key, as typed; one that is absent stays as it is. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Who the account is at its vendor, where the vendor told. `note`: to be agreed to before it is saved. */
export interface ChannelVerdict {
  readonly identity?: ChannelIdentity;
  readonly note?: string;
}

/** What a vendor, or the way to it, said no with. `class` is absent where nobody can say whose fault it is. */
export interface VendorFailure {
  readonly class?: FailureClass;
  readonly code?: string | number;
  readonly message: string;
  readonly fix?: string;
}

/** `qrText` is a login secret: it may be drawn while its dialog is open, and must not be kept or logged. */
export interface LoginStart {
  readonly sessionKey: string;
  readonly qrText: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface OpenLogin {
  readonly state: 'wait' | 'scanned' | 'confirm' | 'need-code';
  /** The code that counts now: draw it when it is another. */
  readonly qrText: string;
  readonly expiresAt: number;
  /** Why this code replaced the one before. */
  readonly renewed?: 'expired' | 'blocked';
  /** The number that was typed in was not the one on the phone. */
  readonly codeRefused?: true;
}

/** Where a login stands, as anybody with the right to log in may see it. The last four are final. */
export type LoginView =
  | OpenLogin
  | { readonly state: 'expired' | 'blocked'; readonly message: string }
  | { readonly state: 'failed'; readonly failure: VendorFailure & { readonly class: FailureClass } }
  | { readonly state: 'already-linked' }
  | { readonly state: 'connected'; readonly accountId: string; readonly identity?: ChannelIdentity };

export interface ConversationView {
  readonly conversationId: string;
  readonly chatType?: ChatType;
  /** Of the newest message that came in, where the vendor tells it. */
  readonly senderName?: string;
  /** Its text is cut to 200 characters. */
  readonly last: JournalMessage;
}

export interface MessageQuery extends AccountRef {
  readonly conversationId: string;
  /** 1 to 200. */
  readonly limit: number;
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly JournalMessage[];
  /** Present when there are older ones. */
  readonly nextCursor?: string;
}

export interface ChannelIpcCalls {
  'channels.kinds': { params: undefined; result: readonly ChannelKindView[] };
  'channels.form': { params: AccountRef; result: ChannelForm };
  /** Asks the vendor about what was typed, behind that about what is stored; writes nothing. */
  'channels.check': { params: ChannelDraft; result: ChannelVerdict };
  /** Nobody waits for the check of this account any more: it ends at once. */
  'channels.stopCheck': { params: AccountRef; result: null };
  /**
   * Writes it; the account starts with what was saved. Checks it first, and `confirm` is the error that holds the
   * check's note, unless `unchecked` says that a person knows how the check ended, or wants none.
   */
  'channels.save': { params: ChannelDraft & { readonly unchecked?: true }; result: null };
  /** Stops it, tells the vendor, deletes its credential here; the account stays. */
  'channels.logout': { params: AccountRef; result: null };
  /** Logs out, then takes the account out of the settings. */
  'channels.remove': { params: AccountRef; result: null };
  /** Joins the login of the same account that is going on. Without an account: a new one, named by the vendor. */
  'login.start': { params: { readonly channel: string; readonly accountId?: string }; result: LoginStart };
  /** Answers when there is news, else after 20 s with what is. `code`: the number that the phone shows. */
  'login.wait': { params: { readonly sessionKey: string; readonly code?: string }; result: LoginView };
  'login.cancel': { params: { readonly sessionKey: string }; result: null };
  /** Newest first. */
  'messages.conversations': { params: AccountRef; result: readonly ConversationView[] };
  'messages.query': { params: MessageQuery; result: MessagePage };
  /** Ok only when the vendor has confirmed it. */
  'messages.send': {
    params: AccountRef & { readonly to: string; readonly text: string };
    result: null;
  };
}
