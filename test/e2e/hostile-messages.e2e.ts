// What strangers write is shown and does nothing: hostile names, texts, ids, identities and vendors' error messages, sent
// through the vendors' own wires into the real window, and looked at on every place that shows them.

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreignLines, foreignText } from '../../renderer/ui/foreign-text';
import type { ChannelAccountStatus } from '../../shared/model/channel';
import type { StatusSnapshot } from '../../shared/model/status';
import type { ChannelDouble } from '../doubles/channel-double';
import { type SniWatcher, startSniWatcher } from '../doubles/sni-watcher';
import type { TelegramDouble } from '../doubles/telegram';
import { startVendors, type Vendors } from '../doubles/vendors';
import { isListening, launchApp, newHome, removeHome, type TestApp } from '../helpers/electron-app';
import { hostileTexts } from '../helpers/hostile-texts';

const ACCOUNT = 'demo';
const TEXTS = hostileTexts();
/** The page lists 200 conversations; each of these texts has its own. */
const LISTED = 100;
/** What a webhook takes as a name or an id. */
const IDENTIFIER = /^\P{C}{1,256}$/u;
/** Controls, directions, invisible characters and halves of pairs; line breaks are none of them. */
const UNSAFE = /[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u;
/** Where this test goes by itself. */
const OWN_PAGES = /^app:\/\/gatehouse\/#\/(?:channels|overview)$/;
/** Nothing of a message may become one of these. */
const NEVER =
  'a,img,script,iframe,frame,style,link,meta,base,object,embed,video,audio,source,template,dialog,math,marquee,details';

let vendors: Vendors;
let watcher: SniWatcher;
let home: string;
let app: TestApp;
/** Everything that happened and must not. */
const happened: string[] = [];
let atFirst: Surroundings;
let payloads = 0;

interface Surroundings {
  readonly title: string;
  readonly windowTitles: readonly string[];
  readonly urls: readonly string[];
  /** Of the whole page, by tag. */
  readonly elements: Readonly<Record<string, number>>;
}

async function surroundings(): Promise<Surroundings> {
  const elements = await app.page.evaluate(
    (tags) => Object.fromEntries(tags.map((tag) => [tag, document.querySelectorAll(tag).length])),
    NEVER.split(','),
  );
  const windows = await app.electron.evaluate(({ BrowserWindow, webContents }) => ({
    windowTitles: BrowserWindow.getAllWindows().map((window) => window.getTitle()),
    urls: webContents.getAllWebContents().map((contents) => contents.getURL()),
  }));
  return { title: await app.page.title(), elements, ...windows };
}

const doubleOf = (channel: string) =>
  vendors.doubles.find((double) => double.channel === channel) as ChannelDouble;

async function openChannel(channel: string, tab: 'status' | 'messages'): Promise<void> {
  await app.page.getByTestId(`channel-${channel}-${ACCOUNT}`).click();
  await app.page.getByTestId(`tab-${tab}`).click();
}

/** No element but ours inside, nothing that a screen would draw in another direction or not at all. */
async function expectInert(testId: string): Promise<void> {
  const seen = await app.page.evaluate(
    ([id, never]) => {
      const places = [...document.querySelectorAll(`[data-testid="${id}"]`)];
      const all = globalThis as unknown as { readonly __pwned?: unknown };
      return {
        places: places.length,
        elements: places.flatMap((place) => [...place.querySelectorAll(never)].map(({ tagName }) => tagName)),
        handlers: places.flatMap((place) =>
          [...place.querySelectorAll('*')].flatMap((element) =>
            element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'srcdoc'),
          ),
        ),
        text: places.map(({ textContent }) => textContent).join('\n'),
        pwned: all.__pwned,
        polluted: 'polluted' in {},
        // A long word that pushes the page wider than the window hides what is beside it.
        wider: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      };
    },
    [testId, NEVER] as const,
  );
  expect(seen).toMatchObject({ elements: [], handlers: [], pwned: undefined, polluted: false, wider: 0 });
  expect(seen.places).toBeGreaterThan(0);
  expect(UNSAFE.exec(seen.text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
}

async function telegramWhen(fits: (account: ChannelAccountStatus) => boolean): Promise<ChannelAccountStatus> {
  const find = ({ channels }: StatusSnapshot) =>
    channels.find((account) => account.channel === 'telegram' && fits(account));
  return find(await app.status((snapshot) => find(snapshot) !== undefined)) as ChannelAccountStatus;
}

/** Waits until the end of this text, as main has it, stands there. */
async function shows(testId: string, text = ''): Promise<void> {
  await app.page.waitForFunction(
    ([id, end]) => document.querySelector(`[data-testid="${id}"]`)?.textContent?.includes(end),
    [testId, foreignText(text).trim().slice(-16)] as const,
  );
}

beforeAll(async () => {
  vendors = await startVendors();
  home = await newHome();
  await vendors.prepare(home);
  watcher = await startSniWatcher();
  app = await launchApp({ home });
  await app.status(isListening);
  await Promise.all(vendors.doubles.map((double) => double.channel === 'webhook' || double.linked()));
  await vendors.aim(home);
  const { page, electron } = app;
  await electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    (globalThis as Record<string, unknown>).__opened = opened;
    shell.openExternal = async (url: string) => void opened.push(url);
  });
  // One harmless message, so that what is there at first has every part of the page in it.
  await doubleOf('webhook').deliver({ text: 'hello', conversation: 'harmless', senderName: 'Ada' });
  await page.locator('[data-page="channels"]').first().click();
  await openChannel('webhook', 'messages');
  await page.getByTestId('conversation').first().waitFor();
  atFirst = await surroundings();
  page.on('dialog', (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => happened.push(`page error: ${error.message}`));
  page.on('framenavigated', (frame) => {
    if (!OWN_PAGES.test(frame.url())) happened.push(`navigation: ${frame.url()}`);
  });
  page.on('request', (request) => happened.push(`request: ${request.url()}`));
  page.on('frameattached', () => happened.push('frame'));
  page.on('download', () => happened.push('download'));
  electron.on('window', () => happened.push('window'));
});

afterAll(async () => {
  await app?.stop();
  watcher?.stop();
  await vendors?.close();
  await removeHome(home);
  console.log(`${payloads} hostile payloads`);
});

describe('what strangers write', () => {
  it('is text in every conversation, and the name, the id and the sender are too', async () => {
    const { page } = app;
    const shown: (string | null)[] = [];
    for (let first = 0; first < TEXTS.length; first += LISTED) {
      const group = TEXTS.slice(first, first + LISTED);
      for (const [index, text] of group.entries()) {
        const name = IDENTIFIER.test(text) ? text : undefined;
        await doubleOf('webhook').deliver({
          text,
          conversation: name ?? `c-${first + index}`,
          ...(name === undefined ? {} : { sender: name, senderName: name }),
        });
        payloads += name === undefined ? 1 : 4;
      }
      // When this one heads the list, all before it have arrived.
      await doubleOf('webhook').deliver({ text: 'the end', conversation: `end-${first}` });
      await page.locator(`li:first-child > [data-testid="conversation"][title="end-${first}"]`).waitFor();
      await expectInert('messages-panel');
      for (let index = 1; index <= group.length; index += 1) {
        await page.getByTestId('conversation').nth(index).click();
        const message = page.getByTestId('message');
        await message.first().waitFor();
        await expectInert('messages-panel');
        shown.push(...(await message.locator('p:last-child').allTextContents()));
        await page.getByTestId('thread-back').click();
      }
    }
    // Shown, not swallowed: each as it was written, but for what would not be seen.
    const missing = TEXTS.filter((text) => {
      const clean = foreignLines(text).trim();
      return clean !== '' && !shown.includes(clean);
    });
    expect(missing).toEqual([]);
  });

  it('is text whatever vendor it comes from', async () => {
    const { page } = app;
    const wires = vendors.doubles.filter(({ channel }) => channel !== 'webhook');
    for (const [turn, double] of wires.entries()) {
      const own = TEXTS.filter((_text, index) => [turn, (turn + 3) % 7].includes(index % 7));
      for (const text of own) await double.deliver({ text, senderName: text });
      payloads += own.length * 2;
      await app.status(
        ({ channels }) =>
          (channels.find(({ channel }) => channel === double.channel)?.received ?? 0) >= own.length,
      );
      await openChannel(double.channel, 'messages');
      await page.getByTestId('conversation').first().waitFor();
      await expectInert('messages-panel');
      await page.getByTestId('conversation').first().click();
      await page.getByTestId('thread-older').click();
      await page
        .getByTestId('message')
        .nth(own.length - 1)
        .waitFor();
      await expectInert('messages-panel');
    }
  });

  it('is text as the name of a bot and in a vendor’s refusal, on the page, the Overview and the tray', async () => {
    const { page } = app;
    const telegram = doubleOf('telegram') as TelegramDouble;
    const item = await watcher.item();
    const account = { channel: 'telegram', accountId: ACCOUNT };
    const own = TEXTS.filter((_text, index) => index % 8 === 0);
    for (const text of own) {
      const me = { id: 7_120_001, is_bot: true, first_name: text, username: text };
      telegram.script('getMe', { status: 200, body: { ok: true, result: me } });
      await app.call('channels.restart', account);
      const named = await telegramWhen(({ phase, lastError }) => phase === 'ready' && !lastError);
      await openChannel('telegram', 'status');
      await shows('channel-identity', named.identity?.name);
      await expectInert('page-channels');

      telegram.script('sendMessage', {
        status: 400,
        body: { ok: false, error_code: 400, description: text },
      });
      await page.getByTestId('tab-messages').click();
      await page.getByTestId('send-action').click();
      await page.getByTestId('send-failed').waitFor();
      await expectInert('page-channels');
      await page.getByTestId('tab-status').click();

      telegram.script('getMe', { status: 400, body: { ok: false, error_code: 400, description: text } });
      await app.call('channels.restart', account);
      const refused = await telegramWhen(({ phase }) => phase === 'backoff');
      await shows('channel-error', refused.lastError?.message);
      await expectInert('page-channels');
      payloads += 3;

      const menu = await item.menu();
      const { tooltip } = await item.icon();
      for (const shown of [...menu.map(({ label }) => label), ...tooltip.split('\n')]) {
        expect(shown).not.toMatch(UNSAFE);
        expect(shown.length).toBeLessThan(200);
      }
    }
    await page.locator('[data-page="overview"]').first().click();
    await page.getByTestId('page-overview').waitFor();
    await expectInert('page-overview');
  });

  it('has brought nothing else about: no dialog, navigation, window, request, error or new element', async () => {
    await app.page.locator('[data-page="channels"]').first().click();
    await openChannel('webhook', 'messages');
    await app.page.getByTestId('conversation').first().waitFor();
    expect(await surroundings()).toEqual(atFirst);
    expect(happened).toEqual([]);
    const inMain = await app.electron.evaluate(() => ({
      opened: (globalThis as Record<string, unknown>).__opened,
      pwned: (globalThis as Record<string, unknown>).__pwned,
      polluted: 'polluted' in {},
    }));
    expect(inMain).toEqual({ opened: [], pwned: undefined, polluted: false });
    const logs = path.join(home, 'logs');
    const lines = (
      await Promise.all((await readdir(logs)).map((name) => readFile(path.join(logs, name), 'utf8')))
    ).join('');
    expect(lines).toContain('channel.phase');
    expect(lines).not.toMatch(/"event":"(?:guard\.|ipc\.)/);
    expect(payloads).toBeGreaterThanOrEqual(300);
  });
});
