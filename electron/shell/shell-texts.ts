// Sentences of the shell outside the page (dialogs, menus, the one notification), in the two languages. The tray's
// own sentences are in tray-texts. No secret and no foreign text may be put in here.

import type { AppInfo } from '../../shared/ipc/contract';
import type { Settings } from '../../shared/model/settings';

export type Locale = AppInfo['locale'];

/** `system`: what the desktop says, for example `zh-CN` or `en-GB`. */
export function resolveLocale(setting: Settings['ui']['language'], system: string): Locale {
  if (setting !== 'system') return setting;
  return /^zh\b/i.test(system) ? 'zh-CN' : 'en';
}

export interface ShellTexts {
  readonly quitTitle: string;
  readonly quitMessage: (clients: number) => string;
  readonly quitDetail: string;
  readonly quit: string;
  readonly cancel: string;
  readonly minimise: string;
  readonly noTrayMessage: string;
  readonly noTrayDetail: string;
  readonly inTrayTitle: string;
  readonly inTrayBody: string;
  readonly homeInUse: (pid: number | undefined) => string;
  readonly homeUnusable: (detail: string) => string;
  readonly menuFile: string;
  readonly menuEdit: string;
  readonly menuView: string;
  readonly closeWindow: string;
  readonly undo: string;
  readonly redo: string;
  readonly cut: string;
  readonly copy: string;
  readonly paste: string;
  readonly selectAll: string;
  readonly checkNow: string;
  readonly pages: readonly [string, string, string, string, string, string];
}

const en: ShellTexts = {
  quitTitle: 'Quit Gatehouse?',
  quitMessage: (clients) =>
    clients === 1
      ? 'One client is connected and will be disconnected.'
      : `${clients} clients are connected and will be disconnected.`,
  quitDetail: 'The gateway and its channels stop until Gatehouse is started again.',
  quit: 'Quit',
  cancel: 'Cancel',
  minimise: 'Minimise',
  noTrayMessage: 'This desktop shows no tray icon.',
  noTrayDetail:
    'A hidden window could not be brought back from there. Minimise it to keep the gateway running, or quit.',
  inTrayTitle: 'Gatehouse is still running',
  inTrayBody: 'The gateway stays up. Open the window or quit from the tray icon.',
  homeInUse: (pid) =>
    `Another Gatehouse gateway${pid === undefined ? '' : ` (process ${pid})`} is using this data folder. Stop it first, or set GATEHOUSE_HOME to another folder.`,
  homeUnusable: (detail) => `Gatehouse cannot use its data folder: ${detail}`,
  menuFile: 'File',
  menuEdit: 'Edit',
  menuView: 'View',
  closeWindow: 'Close window',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  checkNow: 'Check now',
  pages: ['Overview', 'Channels', 'Auth log', 'Credentials', 'Tasks', 'Settings'],
};

const zhCN: ShellTexts = {
  quitTitle: '退出 Gatehouse？',
  quitMessage: (clients) => `已连接的 ${clients} 个客户端将被断开。`,
  quitDetail: '网关及其渠道将停止运行，直到再次启动 Gatehouse。',
  quit: '退出',
  cancel: '取消',
  minimise: '最小化',
  noTrayMessage: '此桌面不显示托盘图标。',
  noTrayDetail: '窗口隐藏后将无法从托盘找回。可以最小化窗口让网关继续运行，或者退出。',
  inTrayTitle: 'Gatehouse 仍在运行',
  inTrayBody: '网关保持运行。可从托盘图标打开窗口或退出。',
  homeInUse: (pid) =>
    `另一个 Gatehouse 网关${pid === undefined ? '' : `（进程 ${pid}）`}正在使用此数据文件夹。请先停止它，或将 GATEHOUSE_HOME 设为其他文件夹。`,
  homeUnusable: (detail) => `Gatehouse 无法使用其数据文件夹：${detail}`,
  menuFile: '文件',
  menuEdit: '编辑',
  menuView: '视图',
  closeWindow: '关闭窗口',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  checkNow: '立即检查',
  pages: ['概览', '渠道', '认证日志', '凭据', '任务', '设置'],
};

export function shellTexts(locale: Locale): ShellTexts {
  return locale === 'zh-CN' ? zhCN : en;
}
