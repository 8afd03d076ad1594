// A gateway whose channels reach doubles of their vendors, and a client with the scopes that a test asks for.

import { onTestFinished } from 'vitest';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import { secretKeys, vaultNameOf } from '../../shared/model/channel-kinds';
import type { Scope } from '../../shared/protocol/scopes';
import type { ChannelDouble } from '../doubles/channel-double';
import { startTestCore, type TestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

export interface ChannelCore {
  readonly core: TestCore;
  client(scopes: readonly Scope[], protocol?: 3 | 4): Promise<TestClient>;
  account(channel: string, accountId?: string): ChannelAccountStatus | undefined;
  /** Resolves when `holds` for the account; looks at each change. */
  until(channel: string, holds: (status: ChannelAccountStatus) => boolean): Promise<void>;
}

/** Each double is the account `default` of its channel. */
export async function startWithChannels(...doubles: readonly ChannelDouble[]): Promise<ChannelCore> {
  const channels: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const double of doubles) {
    channels[double.channel] = double.settings;
    for (const key of secretKeys(double.channel)) {
      const secret = double.secrets[key];
      if (secret !== undefined) secrets[vaultNameOf(double.channel, 'default', key)] = secret;
    }
    onTestFinished(() => double.close());
  }
  const core = await startTestCore({ settings: { channels }, secrets });
  const account = (channel: string, accountId = 'default') =>
    core.channels.statuses().find((status) => status.channel === channel && status.accountId === accountId);
  return {
    core,
    account,
    until: (channel, holds) =>
      new Promise((resolve) => {
        const look = () => {
          const status = account(channel);
          if (status === undefined || !holds(status)) return;
          listener.dispose();
          resolve();
        };
        const listener = core.channels.onChanged(look);
        look();
      }),
    async client(scopes, protocol = 4) {
      const client = await TestClient.open(core.url);
      const versions = { minProtocol: protocol, maxProtocol: protocol };
      const hello = await client.connect(connectParams({ token: core.token(), scopes, ...versions }));
      if (hello.ok !== true) throw new Error(JSON.stringify(hello.error));
      return client;
    },
  };
}
