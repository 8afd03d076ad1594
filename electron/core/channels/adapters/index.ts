// Every channel this build knows. A new channel is its own file plus one line here.

import type { ChannelAdapter } from '../channel-adapter';
import { webhookAdapter } from './webhook';

export const builtinAdapters: readonly ChannelAdapter[] = [webhookAdapter];
