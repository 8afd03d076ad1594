import { webhookAdapter } from '../../electron/core/channels/adapters/webhook';
import { channelAdapterSuite } from './channel-adapter.suite';

channelAdapterSuite({
  adapter: webhookAdapter,
  settings: { channels: { webhook: { accounts: { ci: { name: 'CI' }, home: {} } } } },
  accountIds: ['ci', 'home'],
  secrets: { 'webhook/ci': 'secret-of-the-ci-account', 'webhook/home': 'secret-of-the-home-account' },
});
