import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { applicationMenu } from '../../electron/shell/menu';
import { resolveLocale, shellTexts } from '../../electron/shell/shell-texts';

function setUp(platform: NodeJS.Platform = 'linux') {
  const done: string[] = [];
  const template = applicationMenu({
    platform,
    texts: shellTexts('en'),
    actions: {
      openPage: (page) => done.push(page),
      checkNow: () => done.push('check'),
      closeWindow: () => done.push('close'),
      quit: () => done.push('quit'),
    },
  });
  const items = template.flatMap((menu) => menu.submenu as MenuItemConstructorOptions[]);
  const press = (accelerator: string) =>
    (items.find((item) => item.accelerator === accelerator)!.click as () => void)();
  return { done, items, press };
}

describe('the application menu', () => {
  it('checks the gateway on Ctrl+R and has nothing that reloads the page', () => {
    const { done, items, press } = setUp();
    press('CommandOrControl+R');
    expect(done).toEqual(['check']);
    const roles = items.map((item) => item.role).filter((role) => role !== undefined);
    expect(roles).toEqual(['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll']);
  });

  it('opens the six pages on Ctrl+1 to Ctrl+6, in the order of the navigation', () => {
    const { done, press } = setUp();
    for (const digit of [1, 2, 3, 4, 5, 6]) press(`CommandOrControl+${digit}`);
    expect(done).toEqual(['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings']);
  });

  it.each(['linux', 'win32', 'darwin'] as const)('closes and quits by key on %s', (platform) => {
    const { done, press } = setUp(platform);
    press('CommandOrControl+W');
    press('CommandOrControl+Q');
    expect(done).toEqual(['close', 'quit']);
  });
});

describe('resolveLocale', () => {
  it.each([
    ['system', 'zh-CN', 'zh-CN'],
    ['system', 'zh', 'zh-CN'],
    ['system', 'en-GB', 'en'],
    ['system', 'tr', 'en'],
    ['system', '', 'en'],
    ['en', 'zh-CN', 'en'],
    ['zh-CN', 'en', 'zh-CN'],
  ] as const)('%s on a %s desktop is %s', (setting, system, expected) => {
    expect(resolveLocale(setting, system)).toBe(expected);
  });
});
