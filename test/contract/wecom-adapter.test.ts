import { wecomAdapter } from '../../electron/core/channels/adapters/wecom/wecom-adapter';
import { startWecomDouble } from '../doubles/wecom';
import { vendorChannelSuite } from './vendor-channel.suite';

vendorChannelSuite({
  adapter: wecomAdapter,
  startDouble: startWecomDouble,
  incidents: ['cut', 'close', 'kick', 'revoke'],
  afterKick: 'blocked',
});
