// The application menu: quit, close, editing, pages, check now. Pure template; app.ts builds it. There is no reload
// role on purpose: Ctrl+R checks the gateway, it does not throw the page away.

import type { MenuItemConstructorOptions } from 'electron';
import type { PageId } from '../../shared/ipc/contract';
import type { ShellTexts } from './shell-texts';

export interface MenuActions {
  readonly openPage: (page: PageId) => void;
  readonly checkNow: () => void;
  readonly closeWindow: () => void;
  readonly quit: () => void;
}

const PAGES: readonly PageId[] = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'];

export function applicationMenu(options: {
  readonly platform: NodeJS.Platform;
  readonly texts: ShellTexts;
  readonly actions: MenuActions;
}): MenuItemConstructorOptions[] {
  const { texts, actions } = options;
  const quit = { label: texts.quit, accelerator: 'CommandOrControl+Q', click: actions.quit };
  const close = { label: texts.closeWindow, accelerator: 'CommandOrControl+W', click: actions.closeWindow };
  return [
    ...(options.platform === 'darwin' ? [{ label: 'Gatehouse', submenu: [quit] }] : []),
    { label: texts.menuFile, submenu: options.platform === 'darwin' ? [close] : [close, quit] },
    {
      label: texts.menuEdit,
      submenu: [
        { role: 'undo', label: texts.undo },
        { role: 'redo', label: texts.redo },
        { type: 'separator' },
        { role: 'cut', label: texts.cut },
        { role: 'copy', label: texts.copy },
        { role: 'paste', label: texts.paste },
        { role: 'selectAll', label: texts.selectAll },
      ],
    },
    {
      label: texts.menuView,
      submenu: [
        ...PAGES.map((page, index) => ({
          label: texts.pages[index] ?? page,
          accelerator: `CommandOrControl+${index + 1}`,
          click: () => actions.openPage(page),
        })),
        { type: 'separator' as const },
        { label: texts.checkNow, accelerator: 'CommandOrControl+R', click: actions.checkNow },
      ],
    },
  ];
}
