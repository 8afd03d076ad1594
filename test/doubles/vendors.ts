// All vendors at once, on loopback: what `npm run demo` and the bench of channels talk to. Prepares a data folder in
// which every channel has an account that reaches its double, as if a person had set them all up.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRunFile } from '../../electron/core/lib/run-file';
import type { ChannelDouble } from './channel-double';
import { startDiscordDouble } from './discord';
import { startFeishuDouble } from './feishu';
import { startQqDouble } from './qqbot';
import { startSlackDouble } from './slack';
import { startTelegramDouble } from './telegram';
import { startWebhookDouble } from './webhook';
import { startWecomDouble } from './wecom';
import { startWeixinDouble } from './weixin';

const ACCOUNT = 'demo';

export interface Vendors {
  readonly doubles: readonly ChannelDouble[];
  /** Writes settings, with their secrets as a person would type them, and the stores that a login leaves behind. */
  prepare(home: string): Promise<void>;
  /** Tells the sender of the webhook where the gateway of `home` listens now; false while none does. */
  aim(home: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function startVendors(): Promise<Vendors> {
  const webhook = await startWebhookDouble();
  const doubles: readonly ChannelDouble[] = [
    ...(await Promise.all([
      startFeishuDouble(),
      startQqDouble(),
      startWeixinDouble(),
      startWecomDouble(),
      startTelegramDouble(),
      startSlackDouble(),
      startDiscordDouble(),
    ])),
    webhook,
  ];
  return {
    doubles,
    async prepare(home) {
      const channels: Record<string, unknown> = {};
      for (const { channel, settings, secrets, stored } of doubles) {
        channels[channel] = { accounts: { [ACCOUNT]: { ...settings, ...secrets } } };
        if (stored === undefined) continue;
        const folder = path.join(home, 'channels', 'accounts', channel);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path.join(folder, `${ACCOUNT}.json`), JSON.stringify(stored), { mode: 0o600 });
      }
      const settings = { gateway: { port: 0 }, channels };
      await mkdir(home, { recursive: true, mode: 0o700 });
      await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
    },
    async aim(home) {
      const gateway = await readRunFile(home);
      if (gateway === undefined) return false;
      webhook.aim(`${gateway.url.replace('ws:', 'http:')}/channels/webhook/${ACCOUNT}`);
      return true;
    },
    close: async () => {
      await Promise.all(doubles.map((double) => double.close()));
    },
  };
}
