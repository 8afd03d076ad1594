// A vendor that refuses, that hangs or that floods is its own account's trouble: the others become ready, hear their
// messages and the gateway answers meanwhile. By the order of events alone; no clock decides.

import { describe, expect, it, onTestFinished } from 'vitest';
import { secretKeys, vaultNameOf } from '../../shared/model/channel-kinds';
import type { ChannelDouble } from '../doubles/channel-double';
import { startDiscordDouble } from '../doubles/discord';
import { startFeishuDouble } from '../doubles/feishu';
import { startQqDouble } from '../doubles/qqbot';
import { startSlackDouble } from '../doubles/slack';
import { startTelegramDouble } from '../doubles/telegram';
import { startWecomDouble } from '../doubles/wecom';
import { startTestCore, type TestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

type Name = 'feishu' | 'qqbot' | 'wecom' | 'telegram' | 'slack' | 'discord';

async function withVendors() {
  const doubles: Readonly<Record<Name, ChannelDouble>> = {
    feishu: await startFeishuDouble(),
    qqbot: await startQqDouble(),
    wecom: await startWecomDouble(),
    telegram: await startTelegramDouble(),
    slack: await startSlackDouble(),
    discord: await startDiscordDouble(),
  };
  const all = Object.values(doubles);
  onTestFinished(async () => {
    for (const double of all) await double.close();
  });
  const settings = all.map(({ channel, settings }) => [channel, { accounts: { main: settings } }]);
  const secrets = all.flatMap(({ channel, secrets: own }) =>
    secretKeys(channel).map((key) => [vaultNameOf(channel, 'main', key), own[key] ?? '']),
  );
  const core = await startTestCore({
    settings: { channels: Object.fromEntries(settings) },
    secrets: Object.fromEntries(secrets),
    started: false,
  });
  return { core, doubles };
}

const phaseOf = (core: TestCore, channel: Name) =>
  core.channels.statuses().find((status) => status.channel === channel)?.phase;

/** Resolves as soon as `holds`; looked at after every change of any account. */
function once(core: TestCore, holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = core.channels.onChanged(() => {
      if (!holds()) return;
      listener.dispose();
      resolve();
    });
  });
}

function heard(core: TestCore, channel: Name, text: string): Promise<void> {
  return new Promise((resolve) => {
    const listener = core.channels.onInbound((message) => {
      if (message.channel !== channel || message.text !== text) return;
      listener.dispose();
      resolve();
    });
  });
}

/** A client that may see no messages, so that it counts answers alone. */
async function connected(core: TestCore): Promise<TestClient> {
  const client = await TestClient.open(core.url);
  expect(await client.connect(connectParams({ token: core.token(), scopes: [] }))).toMatchObject({
    ok: true,
  });
  return client;
}

describe('a vendor in trouble keeps nobody else waiting', () => {
  it('one hangs, one refuses, one floods: the others and the gateway go on', async () => {
    const { core, doubles } = await withVendors();
    await doubles.feishu.fault('hang');
    await doubles.wecom.fault('down');
    const fine: readonly Name[] = ['qqbot', 'telegram', 'discord'];
    await core.start();
    await once(core, () => [...fine, 'slack' as const].every((name) => phaseOf(core, name) === 'ready'));
    await once(core, () => phaseOf(core, 'wecom') === 'backoff');
    expect(isUnderWay(phaseOf(core, 'feishu'))).toBe(true);

    const client = await connected(core);
    let flooded = 0;
    let ended = false;
    const flood = (async () => {
      // At least the thousand, and on until everything else has happened in the middle of it.
      for (; !ended || flooded < 1_000; flooded += 1) {
        await doubles.slack.deliver({ text: `flood ${flooded}` });
        if (flooded % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await heard(core, 'slack', 'flood 100');
    for (const name of fine) {
      const arrives = heard(core, name, 'in between');
      await doubles[name].deliver({ text: 'in between' });
      await arrives;
    }
    expect(await client.request('health')).toMatchObject({ ok: true });
    expect(await (await connected(core)).request('health')).toMatchObject({ ok: true });
    expect(core.status.snapshot().channels).toHaveLength(6);
    ended = true;
    await flood;
    await once(core, () => receivedBy(core, 'slack') === flooded);
    expect(fine.map((name) => [phaseOf(core, name), receivedBy(core, name)])).toEqual(
      fine.map(() => ['ready', 1]),
    );
  });

  it('three hang while they connect: accounts that start after them become ready all the same', async () => {
    const { core, doubles } = await withVendors();
    const hanging: readonly Name[] = ['feishu', 'qqbot', 'wecom'];
    const fine: readonly Name[] = ['telegram', 'slack', 'discord'];
    for (const name of hanging) await doubles[name].fault('hang');
    await core.start();
    for (const name of fine) await core.channels.stopAccount(name, 'main');
    for (const name of hanging) await doubles[name].seen(() => true);
    for (const name of fine)
      expect(await core.channels.restart(name, 'main')).toEqual({ ok: true, value: undefined });
    const client = await connected(core);
    expect(await client.request('health')).toMatchObject({ ok: true });
    await once(core, () => fine.every((name) => phaseOf(core, name) === 'ready'));
    // Nobody had to give up first.
    expect(hanging.map((name) => isUnderWay(phaseOf(core, name)))).toEqual([true, true, true]);
  });
});

function isUnderWay(phase: string | undefined): boolean {
  return phase === 'starting' || phase === 'authenticating' || phase === 'connecting';
}

const receivedBy = (core: TestCore, channel: Name) =>
  core.channels.statuses().find((status) => status.channel === channel)?.received;
