// Channels set up in the window alone, by mouse and keyboard, against vendors' doubles: what a person does with a bot's
// token, and with a phone.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startTelegramDouble } from '../doubles/telegram';
import { startWeixinDouble } from '../doubles/weixin';
import { isListening, launchApp, newHome, removeHome, type TestApp } from '../helpers/electron-app';

async function started(settings: object = {}): Promise<TestApp> {
  const home = await newHome();
  onTestFinished(() => removeHome(home));
  await mkdir(home, { recursive: true });
  await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
  const app = await launchApp({ home });
  onTestFinished(() => app.stop());
  await app.status(isListening);
  await app.page.locator('[data-page="channels"]').first().click();
  return app;
}

it('a bot is added with its token, refused while that is wrong, and then receives and sends', async () => {
  const double = await startTelegramDouble();
  onTestFinished(() => double.close());
  const token = double.secrets.botToken ?? '';
  const app = await started();
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);

  await at('pick-telegram').click();
  await at('account-more').locator('summary').click();
  await at('field-apiRoot').fill(String(double.settings.apiRoot));
  await at('field-botToken').fill('7120001:AAE-wrong_token_0123456789abcdefghij');
  await at('account-save').click();
  expect(await at('account-rejected').textContent()).toContain('Telegram rejected the bot token');
  expect(await at('field-botToken').getAttribute('aria-invalid')).toBe('true');
  expect((await app.call('status.get')).channels).toEqual([]);

  await at('field-botToken').fill(token);
  await page.keyboard.press('Enter');
  expect(await at('channel-saved').textContent()).toContain('@double_bot');
  await page.locator('[data-testid="channel-telegram-default"][data-word="connected"]').waitFor();

  await at('tab-messages').click();
  await at('messages-empty').waitFor();
  await double.deliver({ sender: 'guest', senderName: 'Lin', text: 'Is it up?' });
  await at('conversation').first().click();
  expect(await at('message').first().textContent()).toContain('Is it up?');
  await at('send-action').click();
  await at('send-done').waitFor();
  expect(double.sent.map(({ text }) => text)).toEqual(['Test from Gatehouse']);
  // The window learns by itself what went out.
  await page.locator('[data-testid="message"][data-direction="out"]').waitFor();

  await at('tab-status').click();
  await at('channel-edit').click();
  expect(await at('field-botToken').inputValue()).toBe('');
  await page.keyboard.press('Escape');
  expect(await page.content()).not.toContain(token);
  expect(app.output()).not.toContain(token);

  await at('channel-remove').click();
  await at('confirm').click();
  await at('channel-picker').waitFor();
  expect((await app.call('status.get')).channels).toEqual([]);
});

it('a bot is not taken from another program before that was agreed to, in the smallest window either', async () => {
  const double = await startTelegramDouble();
  onTestFinished(() => double.close());
  const app = await started();
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);
  const isTaken = () => double.log.some(({ name }) => name.includes('deleteWebhook'));
  double.hook('https://other.example/hook');
  await app.electron.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(900, 600);
  });

  const check = async () => {
    await at('pick-telegram').click();
    await at('account-more').locator('summary').click();
    await at('field-apiRoot').fill(String(double.settings.apiRoot));
    await at('field-botToken').fill(double.secrets.botToken ?? '');
    await at('account-save').click();
    await at('account-note').waitFor();
  };

  await check();
  // However long the form is: the question and its answers are in sight.
  const hidden = await page.evaluate(() =>
    ['dialog-account', 'account-note', 'account-anyway'].filter((id) => {
      const { top, bottom } = document.querySelector(`[data-testid="${id}"]`)?.getBoundingClientRect() ?? {};
      return top === undefined || bottom === undefined || top < 0 || bottom > window.innerHeight;
    }),
  );
  expect(hidden).toEqual([]);
  await at('field-botToken').press('Enter');
  await page.keyboard.press('Escape');
  await at('dialog-account').waitFor({ state: 'detached' });
  expect((await app.call('status.get')).channels).toEqual([]);

  await check();
  expect(isTaken()).toBe(false);
  await at('account-anyway').click();
  await page.locator('[data-testid="channel-telegram-default"][data-word="connected"]').waitFor();
  expect(isTaken()).toBe(true);
});

it('an account is logged in with a phone: the code is drawn, followed, and gone afterwards', async () => {
  const double = await startWeixinDouble();
  onTestFinished(() => double.close());
  const app = await started({ channels: { 'openclaw-weixin': { ...double.settings } } });
  const { page } = app;
  const at = (id: string) => page.getByTestId(id);
  const state = (name: string) => page.locator(`[data-testid="login-state"][data-state="${name}"]`);

  await at('pick-openclaw-weixin').click();
  await state('wait').waitFor();
  const squares = await at('qr-code').locator('path').nth(1).getAttribute('d');
  expect(squares?.length).toBeGreaterThan(1_000);
  expect(await page.content()).not.toContain('qr-double');
  double.qr.scan();
  await state('scanned').waitFor();
  double.qr.askCode('42');
  await at('login-code').fill('17');
  await page.keyboard.press('Enter');
  await at('login-code-error').waitFor();
  await at('login-code').fill('42');
  await page.keyboard.press('Enter');
  await state('scanned').waitFor();
  double.qr.confirm();
  expect(await at('login-end').textContent()).toContain('Logged in as');
  expect(await at('qr-code').count()).toBe(0);
  await at('login-done').click();
  await double.linked();
  await double.deliver({ text: 'hello' });
  await page.locator('[data-testid^="channel-openclaw-weixin-"][data-word="connected"]').waitFor();
});

it('the link of a form opens the vendor’s page in the system’s browser, and nothing in the window', async () => {
  const app = await started();
  await app.electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as Record<string, unknown>).__opened = opened;
    shell.openExternal = async (url) => {
      opened.push(url);
    };
  });
  await app.page.getByTestId('pick-slack').click();
  await app.page.getByTestId('vendor-link').click();
  const opened = () => app.electron.evaluate(() => (globalThis as Record<string, unknown>).__opened);
  await expect.poll(opened).toEqual(['https://api.slack.com/apps']);
  expect(app.electron.windows()).toHaveLength(1);
  expect(app.page.url()).toMatch(/^app:\/\/gatehouse\//);
});
