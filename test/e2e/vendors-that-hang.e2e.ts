// Vendors that hang, refuse or flood are trouble of their own accounts: the others are connected in the real window, its
// pages open and its questions are answered meanwhile. By what is seen and in which order alone; no clock decides.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelDouble } from '../doubles/channel-double';
import { type SeenItem, type SniWatcher, startSniWatcher } from '../doubles/sni-watcher';
import { startVendors, type Vendors } from '../doubles/vendors';
import { isProven, launchApp, newHome, removeHome, type TestApp } from '../helpers/electron-app';

const ACCOUNT = 'demo';
const HANGING = ['feishu', 'wecom', 'discord'] as const;
const REFUSING = 'qqbot';
const FLOODING = 'slack';
const OTHERS = ['openclaw-weixin', 'telegram', 'webhook'] as const;
const FINE = [FLOODING, ...OTHERS] as const;
const PAGES = ['overview', 'auth-log', 'credentials', 'tasks', 'settings', 'channels'] as const;
/** The panel reads 200 messages of a conversation at most. */
const CONVERSATIONS = ['D0A', 'D0B', 'D0C', 'D0D', 'D0E', 'D0F', 'D0G', 'D0H'] as const;
const PER_CONVERSATION = 125;
/** Longer than a vendor that says nothing is waited for, and than the pause after it. */
const OWN_RETRY_MS = 60_000;

let vendors: Vendors;
let watcher: SniWatcher;
let item: SeenItem;
let home: string;
let app: TestApp;

const doubleOf = (channel: string) =>
  vendors.doubles.find((double) => double.channel === channel) as ChannelDouble;
const rowOf = (channel: string) => app.page.getByTestId(`channel-${channel}-${ACCOUNT}`);
const becomesConnected = (channel: string, options: { readonly timeout?: number } = {}) =>
  app.page
    .locator(`[data-testid="channel-${channel}-${ACCOUNT}"][data-word="connected"]`, { hasText: 'Connected' })
    .waitFor(options);
const textsOf = (conversation: string) =>
  Array.from({ length: PER_CONVERSATION }, (_, index) => `${conversation} ${index}`);
const trayLabels = async () => (await item.menu()).map(({ label }) => label);

/** Asked, silent, and nothing that the window would hide. */
async function expectHanging(): Promise<void> {
  for (const channel of HANGING) {
    await doubleOf(channel).seen(() => true);
    expect(doubleOf(channel).links).toBe(0);
    expect(await rowOf(channel).textContent()).toMatch(/Connecting|Retrying/);
  }
  expect(await rowOf(REFUSING).textContent()).toMatch(/Connecting|Retrying/);
}

beforeAll(async () => {
  vendors = await startVendors();
  home = await newHome();
  await vendors.prepare(home);
  for (const channel of HANGING) await doubleOf(channel).fault('hang');
  await doubleOf(REFUSING).fault('down');
  watcher = await startSniWatcher();
  app = await launchApp({ home });
  item = await watcher.item();
  await app.status(isProven);
  await vendors.aim(home);
  await app.page.locator('[data-page="channels"]').first().click();
});

afterAll(async () => {
  await app?.stop();
  watcher?.stop();
  await vendors?.close();
  await removeHome(home);
});

describe('vendors that hang or refuse', () => {
  it('leave the other channels to be connected', async () => {
    // The proof of some is their first message: nobody knows before whether anything can reach a webhook.
    for (const channel of OTHERS) await doubleOf(channel).deliver({ text: 'the first' });
    for (const channel of FINE) await becomesConnected(channel);
    await expectHanging();
  });

  it('leave pages and answers to the window, in a burst of a thousand messages of which none is lost', async () => {
    const { page } = app;
    const received = async (channel: string) =>
      (await app.call('status.get')).channels.find((account) => account.channel === channel)?.received;
    const burst = CONVERSATIONS.flatMap((conversation) =>
      textsOf(conversation).map((text) => ({ conversation, text })),
    );
    expect(burst).toHaveLength(1_000);
    await Promise.all(burst.map((message) => doubleOf(FLOODING).deliver(message)));

    for (const id of PAGES) {
      await page.locator(`[data-page="${id}"]`).first().click();
      await page.getByTestId(`page-${id}`).waitFor();
    }
    for (const channel of OTHERS) {
      await doubleOf(channel).deliver({ text: 'in between' });
      await rowOf(channel).click();
      await page.getByTestId('tab-messages').click();
      await page.getByTestId('conversation').filter({ hasText: 'in between' }).waitFor();
    }

    await app.status(
      ({ channels }) => channels.find(({ channel }) => channel === FLOODING)?.received === burst.length,
    );
    for (const conversationId of CONVERSATIONS) {
      const { messages } = await app.call('messages.query', {
        ...{ channel: FLOODING, accountId: ACCOUNT, conversationId },
        limit: 200,
      });
      expect(messages.map(({ text }) => text).reverse()).toEqual(textsOf(conversationId));
    }
    expect(await Promise.all(OTHERS.map(received))).toEqual(OTHERS.map(() => 2));
    for (const channel of FINE) await becomesConnected(channel);
    await expectHanging();
  });

  it('are what the tray names, and nobody else', async () => {
    let labels: readonly string[] = [];
    const look = async () => {
      labels = await trayLabels();
      return labels;
    };
    await expect
      .poll(look)
      .toContainEqual(expect.stringMatching(/^QQ Bot \(demo\): retrying – unreachable$/));
    const named = labels.filter((label) => label.includes(`(${ACCOUNT})`));
    for (const label of named) {
      expect(label).toMatch(/^(?:QQ Bot|Feishu|WeCom|Discord) \(demo\): retrying – unreachable$/);
    }
    expect(labels[0]).toBe(
      named.length === 1 ? '1 channel needs attention' : `${named.length} channels need attention`,
    );
    await expectHanging();
  });

  it('are connected once they answer: at once when restarted in the panel, by themselves else', async () => {
    // Its pauses grow with each try: counted from here they are short, however long all before has taken.
    await app.call('channels.restart', { channel: 'discord', accountId: ACCOUNT });
    for (const channel of [...HANGING, REFUSING]) await doubleOf(channel).fault('none');
    await rowOf('feishu').click();
    await app.page.getByTestId('tab-status').click();
    await app.page.getByTestId('channel-restart').click();
    await becomesConnected('feishu');
    await becomesConnected('discord', { timeout: OWN_RETRY_MS });
    for (const channel of ['wecom', REFUSING]) {
      await app.call('channels.restart', { channel, accountId: ACCOUNT });
      await becomesConnected(channel);
    }
    await expect.poll(trayLabels).toContainEqual(expect.stringMatching(/^Running, proven at/));
    expect((await trayLabels()).filter((label) => label.includes(`(${ACCOUNT})`))).toEqual([]);
  });
});
