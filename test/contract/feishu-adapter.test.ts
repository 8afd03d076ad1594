import { feishuAdapter } from '../../electron/core/channels/adapters/feishu/feishu-adapter';
import { startFeishuDouble } from '../doubles/feishu';
import { vendorChannelSuite } from './vendor-channel.suite';

vendorChannelSuite({
  adapter: feishuAdapter,
  startDouble: startFeishuDouble,
  incidents: ['cut', 'close', 'revoke'],
});
