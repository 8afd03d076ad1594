// The app with the Channels page open, and main's answers that every test of it needs: the real table of channels.

import type { ChannelKindView } from '../../shared/ipc/channels';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import { CHANNEL_KINDS } from '../../shared/model/channel-kinds';
import { type FakeBridge, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { fineSnapshot, type Options, renderApp } from './render-app';

export const KINDS: readonly ChannelKindView[] = CHANNEL_KINDS.map((kind) => {
  const { id, label, setUp, fields } = kind;
  return { id, label, setUp, fields, ...('vendorUrl' in kind && { vendorUrl: kind.vendorUrl }) };
});

/** What a stranger may write: mark-up, a link, and characters that turn a line around. */
export const EVIL = '<img src=x onerror=alert(1)><a href="https://evil.example/">x</a>\u202e\u2067';

export const telegram = channelStatus({
  channel: 'telegram',
  label: 'Telegram',
  connected: true,
  canSend: true,
});
export const webhook = channelStatus({ webhookPath: '/channels/webhook/default', word: 'not-checked' });
export const weixin = channelStatus({
  channel: 'openclaw-weixin',
  label: 'WeChat',
  accountId: 'lin',
  linked: true,
  connected: true,
});

export function withChannels(...channels: readonly ChannelAccountStatus[]) {
  return fineSnapshot({ channels });
}

export interface PageOptions extends Pick<Options, 'locale'> {
  readonly channels?: readonly ChannelAccountStatus[];
  readonly snapshot?: Options['snapshot'];
  readonly prepare?: (bridge: FakeBridge) => void;
}

export async function renderChannels({ channels = [], snapshot, prepare, ...rest }: PageOptions = {}) {
  return renderApp({
    ...rest,
    page: 'channels',
    snapshot: snapshot ?? withChannels(...channels),
    prepare: (bridge) => {
      bridge
        .answer('channels.kinds', () => replied(KINDS))
        .answer('channels.form', () => replied({ values: {}, storedSecrets: [] }))
        .answer('messages.conversations', () => replied([]));
      prepare?.(bridge);
    },
  });
}
