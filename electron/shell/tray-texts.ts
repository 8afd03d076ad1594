// The tray's words in both languages. Pure. Foreign text (process names, errors) is cleaned by tray-view before it
// comes here; no secret ever does.

import type { FailureClass } from '../../shared/model/channel';
import type { Locale } from './shell-texts';
import type { ChannelTrouble, LockReason, ProbedFact } from './tray-health';

/** Why a channel is in trouble, as far as one menu line can say it. */
export type TroubleCause = FailureClass | 'login' | 'setup';

export interface TrayTexts {
  readonly locked: (reason: LockReason | undefined) => string;
  readonly portTaken: (port: number, owner: string | undefined) => string;
  readonly failed: (error: string | undefined) => string;
  readonly stopped: string;
  readonly stopping: string;
  readonly starting: string;
  readonly credentialStarting: string;
  readonly neverChecked: string;
  readonly checkFailed: (fact: ProbedFact, error: string | undefined) => string;
  readonly checkIncomplete: (fact: ProbedFact) => string;
  readonly checkStale: (time: string) => string;
  readonly authLogUnwritable: string;
  readonly pairing: (count: number) => string;
  readonly channels: (count: number) => string;
  readonly fine: (time: string) => string;
  readonly ownerKind: (kind: 'gatehouse' | 'openclaw') => string;
  readonly process: (pid: number) => string;
  readonly channel: (name: string, trouble: ChannelTrouble, cause: TroubleCause | undefined) => string;
  readonly moreChannels: (count: number) => string;
  readonly copyAddress: (url: string) => string;
  readonly openWindow: string;
  readonly start: string;
  readonly stop: string;
  readonly stopTrying: string;
  readonly restart: string;
  readonly tryAgain: string;
  readonly checkNow: string;
  readonly openAuthLog: string;
  readonly settings: string;
  readonly quit: string;
}

const colon = (separator: string, text: string | undefined) => (text ? `${separator}${text}` : '');

const causesEn: Readonly<Record<TroubleCause, string>> = {
  login: 'log in again',
  setup: 'not set up',
  auth: 'credential rejected',
  config: 'settings wrong or incomplete',
  permission: 'a permission is missing',
  kicked: 'another program took over',
  banned: 'account banned',
  rate_limited: 'asked to slow down',
  network: 'unreachable',
  server: 'error at the other side',
  protocol: 'message not accepted',
};

const causesZh: Readonly<Record<TroubleCause, string>> = {
  login: '请重新登录',
  setup: '尚未设置',
  auth: '凭据被拒绝',
  config: '设置有误或不完整',
  permission: '缺少权限',
  kicked: '被另一个程序取代',
  banned: '账户被封禁',
  rate_limited: '对方要求放慢',
  network: '无法连接',
  server: '对方出错',
  protocol: '消息未被接受',
};

const en: TrayTexts = {
  locked: (reason) =>
    ({
      'keychain-unavailable': 'Credential locked: the keychain is not available',
      'sealed-elsewhere': 'Credential locked: it was sealed elsewhere',
      unreadable: 'Credential locked: its file cannot be read',
      'newer-version': 'Credential locked: written by a newer version',
      unknown: 'Credential locked',
    })[reason ?? 'unknown'],
  portTaken: (port, owner) => `Port ${port} is taken${owner ? ` by ${owner}` : ''}, retrying`,
  failed: (error) => `Gateway failed${colon(': ', error)}`,
  stopped: 'Gateway stopped',
  stopping: 'Gateway stopping …',
  starting: 'Gateway starting …',
  credentialStarting: 'Waiting for the credential …',
  neverChecked: 'Checking: listening, not proven yet',
  checkFailed: (fact, error) =>
    ({
      portOpen: 'Own check failed: the port does not answer',
      protocol: 'Own check failed: no gateway answers on the port',
      credential: 'Own check failed: our credential was refused',
      scope: 'Own check failed: our credential lacks a scope',
    })[fact] + colon(' – ', error),
  checkIncomplete: (fact) =>
    ({
      portOpen: 'Checking: the port was not tried',
      protocol: 'Checking: the protocol was not tried',
      credential: 'Checking: the credential was not tried',
      scope: 'Checking: the scope was not tried',
    })[fact],
  checkStale: (time) => `Checking: the last proof is from ${time}`,
  authLogUnwritable: 'The auth log cannot be written to disk',
  pairing: (count) => (count === 1 ? '1 device waits for approval' : `${count} devices wait for approval`),
  channels: (count) => (count === 1 ? '1 channel needs attention' : `${count} channels need attention`),
  fine: (time) => `Running, proven at ${time}`,
  ownerKind: (kind) => (kind === 'gatehouse' ? 'another Gatehouse' : 'an OpenClaw gateway'),
  process: (pid) => `process ${pid}`,
  channel: (name, trouble, cause) =>
    `${name}: ${
      {
        'action-needed': 'action needed',
        degraded: 'degraded',
        retrying: 'retrying',
        disconnected: 'disconnected',
      }[trouble]
    }${cause === undefined ? '' : ` – ${causesEn[cause]}`}`,
  moreChannels: (count) => `${count} more …`,
  copyAddress: (url) => `Copy address ${url}`,
  openWindow: 'Open Gatehouse',
  start: 'Start gateway',
  stop: 'Stop gateway',
  stopTrying: 'Stop trying',
  restart: 'Restart gateway',
  tryAgain: 'Try again now',
  checkNow: 'Check now',
  openAuthLog: 'Open auth log',
  settings: 'Settings',
  quit: 'Quit',
};

const zhCN: TrayTexts = {
  locked: (reason) =>
    ({
      'keychain-unavailable': '凭据已锁定：系统钥匙串不可用',
      'sealed-elsewhere': '凭据已锁定：由其他环境加密',
      unreadable: '凭据已锁定：文件无法读取',
      'newer-version': '凭据已锁定：由更新的版本写入',
      unknown: '凭据已锁定',
    })[reason ?? 'unknown'],
  portTaken: (port, owner) => `端口 ${port} 已被${owner ? ` ${owner} ` : ''}占用，正在重试`,
  failed: (error) => `网关出错${colon('：', error)}`,
  stopped: '网关已停止',
  stopping: '网关正在停止…',
  starting: '网关正在启动…',
  credentialStarting: '正在等待凭据…',
  neverChecked: '检查中：正在监听，尚未验证',
  checkFailed: (fact, error) =>
    ({
      portOpen: '自检失败：端口没有响应',
      protocol: '自检失败：端口上没有网关应答',
      credential: '自检失败：自身凭据被拒绝',
      scope: '自检失败：自身凭据缺少权限范围',
    })[fact] + colon('：', error),
  checkIncomplete: (fact) =>
    ({
      portOpen: '检查中：端口尚未测试',
      protocol: '检查中：协议尚未测试',
      credential: '检查中：凭据尚未测试',
      scope: '检查中：权限范围尚未测试',
    })[fact],
  checkStale: (time) => `检查中：上次验证于 ${time}`,
  authLogUnwritable: '认证日志无法写入磁盘',
  pairing: (count) => `${count} 台设备等待批准`,
  channels: (count) => `${count} 个渠道需要处理`,
  fine: (time) => `运行正常，验证于 ${time}`,
  ownerKind: (kind) => (kind === 'gatehouse' ? '另一个 Gatehouse' : '一个 OpenClaw 网关'),
  process: (pid) => `进程 ${pid}`,
  channel: (name, trouble, cause) =>
    `${name}：${
      { 'action-needed': '需要处理', degraded: '部分可用', retrying: '正在重试', disconnected: '已断开' }[
        trouble
      ]
    }${cause === undefined ? '' : `（${causesZh[cause]}）`}`,
  moreChannels: (count) => `还有 ${count} 个…`,
  copyAddress: (url) => `复制地址 ${url}`,
  openWindow: '打开 Gatehouse',
  start: '启动网关',
  stop: '停止网关',
  stopTrying: '停止重试',
  restart: '重启网关',
  tryAgain: '立即重试',
  checkNow: '立即检查',
  openAuthLog: '打开认证日志',
  settings: '设置',
  quit: '退出',
};

export function trayTexts(locale: Locale): TrayTexts {
  return locale === 'zh-CN' ? zhCN : en;
}
