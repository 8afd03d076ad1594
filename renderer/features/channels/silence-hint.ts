// A link can be proven and still bring nothing, because the vendor was never told to send messages here. Nobody can see
// that on the wire, so it is a hint and no state: quiet is not sick. Pure.

import type { ChannelAccountStatus } from '../../../shared/model/channel';

const QUIET_AFTER_MS = 600_000;

export type SilenceHint = `channels.quiet.${'feishu' | 'slack' | 'qqbot' | 'telegram' | 'discord' | 'other'}`;

const WHERE_TO_LOOK: Readonly<Record<string, SilenceHint>> = {
  feishu: 'channels.quiet.feishu',
  slack: 'channels.quiet.slack',
  qqbot: 'channels.quiet.qqbot',
  telegram: 'channels.quiet.telegram',
  discord: 'channels.quiet.discord',
};

/** Connected for ten minutes, and no message since Gatehouse started: where a person should look. `now`: epoch ms. */
export function silenceHint(status: ChannelAccountStatus, now: number): SilenceHint | undefined {
  const { word, connected, lastConnectedAt, lastInboundAt, channel } = status;
  if (word !== 'connected' || connected !== true || lastInboundAt !== undefined) return undefined;
  if (lastConnectedAt === undefined || now - lastConnectedAt < QUIET_AFTER_MS) return undefined;
  return Object.hasOwn(WHERE_TO_LOOK, channel) ? WHERE_TO_LOOK[channel] : 'channels.quiet.other';
}
