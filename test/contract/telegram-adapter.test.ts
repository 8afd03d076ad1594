import { telegramAdapter } from '../../electron/core/channels/adapters/telegram/telegram-adapter';
import { startTelegramDouble } from '../doubles/telegram';
import { vendorChannelSuite } from './vendor-channel.suite';

vendorChannelSuite({
  adapter: telegramAdapter,
  startDouble: startTelegramDouble,
  incidents: ['cut', 'close', 'kick', 'revoke'],
  afterKick: 'retrying',
});
