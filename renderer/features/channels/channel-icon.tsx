// The picture that stands for a channel in lists. Decoration: the name beside it says which one it is.

import {
  Bird,
  Bot,
  BriefcaseBusiness,
  Gamepad2,
  Hash,
  type LucideIcon,
  MessageCircle,
  Send,
  Webhook,
} from 'lucide-react';
import type { KnownChannelId } from '../../../shared/model/channel-kinds';

const ICONS: Readonly<Record<KnownChannelId, LucideIcon>> = {
  feishu: Bird,
  qqbot: Bot,
  'openclaw-weixin': MessageCircle,
  wecom: BriefcaseBusiness,
  telegram: Send,
  slack: Hash,
  discord: Gamepad2,
  webhook: Webhook,
};

export function ChannelIcon({ channel, size = 18 }: { readonly channel: string; readonly size?: number }) {
  const Icon = Object.hasOwn(ICONS, channel) ? ICONS[channel as KnownChannelId] : MessageCircle;
  return <Icon size={size} strokeWidth={1.7} aria-hidden="true" />;
}
