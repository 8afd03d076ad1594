import { slackAdapter } from '../../electron/core/channels/adapters/slack/slack';
import { startSlackDouble } from '../doubles/slack';
import { vendorChannelSuite } from './vendor-channel.suite';

// An app may hold ten sockets: nobody is kicked.
vendorChannelSuite({
  adapter: slackAdapter,
  startDouble: startSlackDouble,
  incidents: ['cut', 'close', 'rotate', 'revoke'],
});
