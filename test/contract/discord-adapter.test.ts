import { discordAdapter } from '../../electron/core/channels/adapters/discord/discord-adapter';
import { startDiscordDouble } from '../doubles/discord';
import { vendorChannelSuite } from './vendor-channel.suite';

// Every client of a bot gets every event: nobody is kicked.
vendorChannelSuite({
  adapter: discordAdapter,
  startDouble: startDiscordDouble,
  incidents: ['cut', 'close', 'rotate', 'revoke'],
});
