// The channels of the founding report besides WeChat, set up in the window alone: a Feishu app and a QQ bot, each
// refused while its secret is wrong, then connected, written to, and shown for what it is when its wire is pulled.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ChannelDouble } from '../doubles/channel-double';
import { startFeishuDouble } from '../doubles/feishu';
import { startQqDouble } from '../doubles/qqbot';
import { isListening, launchApp, newHome, removeHome } from '../helpers/electron-app';

it('a Feishu app and a QQ bot are set up, prove themselves, and say when their wire is pulled', async () => {
  const doubles: readonly ChannelDouble[] = [await startFeishuDouble(), await startQqDouble()];
  for (const double of doubles) onTestFinished(() => double.close());
  const home = await newHome();
  onTestFinished(() => removeHome(home));
  await mkdir(home, { recursive: true });
  // Only where the vendors are, as a test must; everything else is typed.
  const channels = Object.fromEntries(
    doubles.map(({ channel, settings }) => [channel, { endpoints: settings.endpoints }]),
  );
  await writeFile(path.join(home, 'settings.json'), JSON.stringify({ channels }));
  const app = await launchApp({ home });
  onTestFinished(() => app.stop());
  await app.status(isListening);
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);
  const row = (double: ChannelDouble, word: string) =>
    page.locator(`[data-testid="channel-${double.channel}-default"][data-word="${word}"]`);
  await page.locator('[data-page="channels"]').first().click();

  for (const double of doubles) {
    await row(double, 'action-needed').click();
    await at('channel-edit').click();
    await at('field-appId').fill(String(double.settings.appId));
    const [[key = '', secret = ''] = []] = Object.entries(double.secrets);
    await at(`field-${key}`).fill('not-the-secret-0123456789abcdef');
    await at('account-save').click();
    await at('account-rejected').waitFor();
    await at(`field-${key}`).fill(secret);
    await page.keyboard.press('Enter');
    await row(double, 'connected').waitFor();
    expect(await page.content()).not.toContain(secret);

    await double.deliver({ sender: 'guest', text: 'Is it up?' });
    await at('tab-messages').click();
    await at('conversation').first().click();
    expect(await at('message').first().textContent()).toContain('Is it up?');
    await at('send-action').click();
    await at('send-done').waitFor();
    expect(double.sent.map(({ text }) => text)).toEqual(['Test from Gatehouse']);
    await at('tab-status').click();
  }

  for (const double of doubles) {
    await row(double, 'connected').click();
    await double.fault('down');
    await row(double, 'retrying').waitFor();
    expect(await at('channel-error').textContent()).toMatch(/Unreachable/);
    await double.fault('none');
    await at('channel-restart').click();
    await row(double, 'connected').waitFor();
  }
});
