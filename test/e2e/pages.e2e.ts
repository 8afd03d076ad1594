import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyToken, isProven, launchApp } from '../helpers/electron-app';
import { connectParams, TestClient } from '../helpers/ws-client';

const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'] as const;

async function started() {
  const app = await launchApp();
  onTestFinished(() => app.stop());
  const { gateway } = await app.status(isProven);
  return { app, url: gateway.url ?? '' };
}

it('shows every page without an error, by click and by menu', async () => {
  const { app } = await started();
  const errors: string[] = [];
  app.page.on('pageerror', (error) => errors.push(error.message));
  app.page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  for (const id of PAGES) {
    await app.page.locator(`[data-page="${id}"]`).first().click();
    await app.page.getByTestId(`page-${id}`).waitFor();
  }
  for (const [index, id] of PAGES.entries()) {
    await app.electron.evaluate(({ BrowserWindow, Menu }, digit) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((menu) => menu.submenu?.items ?? []);
      const item = items?.find((each) => each.accelerator === `CommandOrControl+${digit}`);
      item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
    }, index + 1);
    await app.page.getByTestId(`page-${id}`).waitFor();
  }
  expect(errors).toEqual([]);
});

it('follows language and theme that are written into settings.json while the window is open', async () => {
  const { app } = await started();
  const settings = { ui: { language: 'zh-CN', theme: 'dark' } };
  await writeFile(path.join(app.home, 'settings.json'), JSON.stringify(settings));
  await app.page.locator('html[lang="zh-CN"][data-theme="dark"]').waitFor({ state: 'attached' });
  expect(await app.page.locator('[data-page="settings"]').first().textContent()).toBe('设置');
});

it('lets in a client with the copied token and explains the refusal of one with a wrong token', async () => {
  const { app, url } = await started();
  const good = await TestClient.open(url);
  const token = await copyToken(app);
  expect(await good.connect(connectParams({ token }))).toMatchObject({ ok: true });

  const bad = await TestClient.open(url);
  const client = {
    id: 'cli',
    version: '2026.9.6',
    platform: 'linux',
    mode: 'cli',
    displayName: 'stale-shell',
  };
  const answer = await bad.connect(connectParams({ token: 'not-the-token-not-the-token', client }));
  expect(answer).toMatchObject({ ok: false, error: { details: { authReason: 'token_mismatch' } } });
  await bad.closed;

  await app.page.locator('[data-page="auth-log"]').first().click();
  const row = app.page.locator('[data-testid="log-row"][data-outcome="refused"]').first();
  await row.waitFor();
  await row.click();
  await app.page.getByTestId('event-detail').waitFor();
  expect(await app.page.getByTestId('detail-client').textContent()).toContain('stale-shell');
  expect((await app.page.getByTestId('detail-cause').textContent())?.length).toBeGreaterThan(20);
  expect((await app.page.getByTestId('detail-fix').textContent())?.length).toBeGreaterThan(20);
  const { counters, probe } = await app.status(({ counters: seen }) => seen.refused24h === 1);
  expect([counters.refused24h, probe.internalRefusals]).toEqual([1, 0]);
});
