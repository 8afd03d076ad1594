// Every channel this build knows, in the order of lists. A new channel is its own file or folder, one line here, its
// row in shared/model/channel-kinds, its double and its contract test.

import type { ChannelAdapter } from '../channel-adapter';
import { discordAdapter } from './discord/discord-adapter';
import { feishuAdapter } from './feishu/feishu-adapter';
import { qqbotAdapter } from './qqbot/qqbot-adapter';
import { slackAdapter } from './slack/slack';
import { telegramAdapter } from './telegram/telegram-adapter';
import { webhookAdapter } from './webhook';
import { wecomAdapter } from './wecom/wecom-adapter';
import { weixinAdapter } from './weixin/weixin-adapter';

export const builtinAdapters = [
  feishuAdapter,
  qqbotAdapter,
  weixinAdapter,
  wecomAdapter,
  telegramAdapter,
  slackAdapter,
  discordAdapter,
  webhookAdapter,
] as readonly ChannelAdapter[];
