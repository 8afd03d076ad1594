import { weixinAdapter } from '../../electron/core/channels/adapters/weixin/weixin-adapter';
import { startWeixinDouble } from '../doubles/weixin';
import { vendorChannelSuite } from './vendor-channel.suite';

vendorChannelSuite({
  adapter: weixinAdapter,
  startDouble: startWeixinDouble,
  incidents: ['cut', 'close', 'kick', 'revoke'],
  afterKick: 'blocked',
  // Its first proof is a poll that the server holds.
  sharesClock: true,
});
