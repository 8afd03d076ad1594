// What messages and conversations are called on screen: pure. Names and texts come from strangers and are cleaned here.

import type { ConversationView } from '../../../shared/ipc/channels';
import type { JournalMessage } from '../../../shared/model/channel';
import type { I18n } from '../../i18n/t';
import { foreignLines, foreignText } from '../../ui/foreign-text';

/** Its id can be offered as it is: nothing in it would look like another. */
export function isPlain({ conversationId }: ConversationView): boolean {
  return foreignText(conversationId) === conversationId;
}

/** The person in a private chat; a group has no name here, so its id stands for it. */
export function conversationName({ chatType, senderName, conversationId }: ConversationView): string {
  const name = chatType === 'direct' ? foreignText(senderName ?? '').trim() : '';
  return name || foreignText(conversationId);
}

export function senderName({ direction, senderName: name, senderId }: JournalMessage, { t }: I18n): string {
  if (direction === 'out') return t('messages.you');
  return foreignText(name ?? '').trim() || foreignText(senderId ?? '').trim() || t('common.unknown');
}

/** In full, with its line breaks; says what it is when it is no text. */
export function messageText({ text, kind }: JournalMessage, { t }: I18n): string {
  const shown = foreignLines(text).trim();
  if (shown !== '') return shown;
  return kind === undefined ? t('messages.empty') : t('messages.notText', { kind: foreignText(kind) });
}

/** The same in one line. */
export function messageLine(message: JournalMessage, i18n: I18n): string {
  return messageText(message, i18n).replace(/\s+/g, ' ');
}
