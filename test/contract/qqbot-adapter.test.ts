import { qqbotAdapter } from '../../electron/core/channels/adapters/qqbot/qqbot-adapter';
import { startQqDouble } from '../doubles/qqbot';
import { vendorChannelSuite } from './vendor-channel.suite';

// Several clients may use one bot: nobody is kicked.
vendorChannelSuite({
  adapter: qqbotAdapter,
  startDouble: startQqDouble,
  incidents: ['cut', 'close', 'rotate', 'revoke'],
});
