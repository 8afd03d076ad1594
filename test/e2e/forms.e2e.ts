// The form of a channel in the real window: nothing that was typed is lost by a click, a vendor that hangs or a hand edit
// meanwhile, the keyboard stays where the reader is, and the longest names fit.

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startTelegramDouble } from '../doubles/telegram';
import { startWeixinDouble } from '../doubles/weixin';
import { isListening, launchApp, newHome, removeHome, type TestApp } from '../helpers/electron-app';

async function started(channels: object = {}): Promise<TestApp> {
  const home = await newHome();
  onTestFinished(() => removeHome(home));
  await writeFile(path.join(home, 'settings.json'), JSON.stringify({ channels }));
  const app = await launchApp({ home });
  onTestFinished(() => app.stop());
  await app.status(isListening);
  await app.page.locator('[data-page="channels"]').first().click();
  return app;
}

const focused = ({ page }: TestApp) =>
  page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.tagName);

it('a form stays as it was typed while one clicks beside it and while its vendor hangs', async () => {
  const double = await startTelegramDouble();
  onTestFinished(() => double.close());
  const app = await started();
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);
  const token = double.secrets.botToken ?? '';

  await at('pick-telegram').click();
  await expect.poll(() => focused(app)).toBe('field-botToken');
  await page.keyboard.type(token);
  await page.mouse.click(8, 8);
  await at('account-more').locator('summary').click();
  await at('field-apiRoot').fill(String(double.settings.apiRoot));
  await double.fault('hang');
  await at('field-botToken').press('Enter');
  await at('account-stop').waitFor();
  expect(await focused(app)).toBe('field-botToken');
  await at('account-stop').click();
  await expect.poll(() => focused(app)).toBe('account-save');
  expect(await at('field-botToken').inputValue()).toBe(token);

  await double.fault('none');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="channel-telegram-default"][data-word="connected"]').waitFor();
  await expect.poll(() => focused(app)).toBe('channel-telegram-default');
});

it('a login goes on while one clicks beside it, and asks for its number where one types', async () => {
  const double = await startWeixinDouble();
  onTestFinished(() => double.close());
  const app = await started({ 'openclaw-weixin': { ...double.settings } });
  const { page } = app;
  await page.getByTestId('pick-openclaw-weixin').click();
  await page.getByTestId('qr-code').waitFor();
  await page.mouse.click(8, 8);
  double.qr.scan();
  double.qr.askCode('42');
  await page.getByTestId('login-code').waitFor();
  await expect.poll(() => focused(app)).toBe('login-code');
});

it('a name that is changed in the window leaves alone what was changed in the file meanwhile', async () => {
  const app = await started({ webhook: { signature: 'bearer', replyUrl: 'https://a.example/' } });
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);
  const webhook = async () => (await app.call('settings.get')).settings.channels.webhook;
  await at('channel-edit').click();
  await at('account-name').fill('Mine');
  const file = path.join(app.home, 'settings.json');
  const byHand = JSON.parse(await readFile(file, 'utf8'));
  byHand.channels.webhook.signature = 'hmac-sha256';
  await writeFile(file, JSON.stringify(byHand));
  await expect.poll(webhook).toMatchObject({ signature: 'hmac-sha256' });
  await at('account-save').click();
  await at('channel-saved').waitFor();
  expect(await webhook()).toMatchObject({ name: 'Mine', signature: 'hmac-sha256' });
});

it('the longest name and id fit, in the smallest window and enlarged', async () => {
  const id = 'a'.repeat(64);
  const app = await started({ telegram: { accounts: { [id]: { name: 'W'.repeat(80) } } } });
  const { page } = app;
  const tooWide = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('main, [role="dialog"], [role="alertdialog"]')]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ tagName, scrollWidth, clientWidth }) => `${tagName} ${scrollWidth} > ${clientWidth}`),
    );
  for (const zoom of [1, 1.5]) {
    await app.electron.evaluate(({ BrowserWindow }, factor) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setContentSize(900, 600);
      window?.webContents.setZoomFactor(factor);
    }, zoom);
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(900 / zoom);
    expect(await tooWide()).toEqual([]);
    for (const act of ['edit', 'remove']) {
      await page.getByTestId(`channel-${act}`).click();
      await page.getByTestId(act === 'edit' ? 'account-name' : 'dialog-remove').waitFor();
      expect(await tooWide()).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator('[role="dialog"], [role="alertdialog"]').waitFor({ state: 'detached' });
    }
  }
});
