import { webhookAdapter } from '../../electron/core/channels/adapters/webhook';
import { channelAdapterSuite } from './channel-adapter.suite';

channelAdapterSuite({
  adapter: webhookAdapter,
  settings: { channels: { webhook: { accounts: { ci: { name: 'CI' } } } } },
  accountIds: ['default', 'ci'],
  secrets: { 'webhook/default': 'secret-of-the-default-account', 'webhook/ci': 'secret-of-the-ci-account' },
});
