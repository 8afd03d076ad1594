// Parameters that the calls about channels take, for the tests of the validators.

import type { IpcCallName } from '../../../shared/ipc/contract';

const account = { channel: 'telegram', accountId: 'default' };
const draft = { ...account, create: true, values: {}, secrets: {} };

export const CHANNEL_PARAMS: Partial<Record<IpcCallName, readonly unknown[]>> = {
  'channels.form': [account],
  'channels.check': [draft, { ...draft, name: 'n', values: { appId: '1' }, secrets: { appSecret: 's' } }],
  'channels.stopCheck': [account],
  'channels.save': [draft, { ...draft, create: false, name: '' }, { ...draft, unchecked: true }],
  'channels.logout': [account],
  'channels.remove': [account],
  'login.start': [{ channel: 'openclaw-weixin' }, { channel: 'openclaw-weixin', accountId: 'lin' }],
  'login.wait': [{ sessionKey: 'k' }, { sessionKey: 'k', code: '42' }],
  'login.cancel': [{ sessionKey: 'k' }],
  'messages.conversations': [account],
  'messages.query': [{ ...account, conversationId: 'c', limit: 200 }],
  'messages.send': [{ ...account, to: 'c', text: 't' }],
};
