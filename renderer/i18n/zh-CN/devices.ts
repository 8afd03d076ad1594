// Simplified Chinese texts of the devices on the Credentials page, and what each role and scope means in plain words.

import type { DeviceRole } from '../../../shared/model/device';
import type { Scope } from '../../../shared/protocol/scopes';
import type { Messages } from '../catalogue';
import type { devicesEn } from '../en/devices';

export const scopesZh: Readonly<Record<Scope, string>> = {
  'operator.read': '查看状态、渠道、日志和任务',
  'operator.write': '发送消息和事件',
  'operator.admin': '执行一切操作：更改设置、凭据、渠道和任务',
  'operator.approvals': '答复程序的授权请求',
  'operator.pairing': '允许或移除其他设备',
  'operator.talk.secrets': '读取语音服务的密钥',
  'operator.questions': '回答程序提出的问题',
  'operator.talk': '使用语音',
  'operator.sessions.read': '阅读会话',
  'operator.sessions.write': '在会话中发言',
};

export const rolesZh: Readonly<Record<DeviceRole, string>> = {
  operator: '操作者：使用并控制网关',
  node: '节点：向网关提供自身的能力，但不控制网关',
};

export const devicesZh: Pick<Messages, keyof typeof devicesEn> = {
  'pairing.title': { other: '{count} 台设备请求接入' },
  'pairing.help': '名称、程序和平台均由设备自称。只批准您自己刚刚启动的程序。',
  'pairing.reason.not-paired': '新设备：从未在这里接入过。',
  'pairing.reason.role-upgrade': '已知设备，请求另一种角色。',
  'pairing.reason.scope-upgrade': '已知设备，请求比现在更多的权限。',
  'pairing.reason.metadata-upgrade': '已知设备，但自称的类型已改变。除非您刚刚迁移或更新过它，否则请拒绝。',
  'pairing.asks': '它请求',
  'pairing.asksNothing': '它没有请求任何权限。',
  'pairing.powerful': '高权限',
  'pairing.new': '新增',
  'pairing.from': '来自',
  'pairing.fromPage': '{address}，经由网页 {origin}',
  'pairing.program': '程序',
  'pairing.platform': '平台',
  'pairing.platformChanged': '{platform}，此前：{before}',
  'pairing.role': '角色',
  'pairing.key': '设备密钥',
  'pairing.key.help': '设备 id 的开头部分，设备上也能看到',
  'pairing.asked': '请求时间',
  'pairing.askedEnds': '{age}，{end}失效',
  'pairing.approve': '批准',
  'pairing.reject': '拒绝',
  'pairing.wait': '请先阅读：按钮一秒后可用。',

  'devices.title': '已配对的设备',
  'devices.help': '可凭自己的令牌连接的设备。轮换网关令牌不影响它们。',
  'devices.none': '没有已配对的设备',
  'devices.noneHelp': '持有设备密钥的应用和命令行首次连接后会出现在这里，其他程序使用网关令牌。',
  'devices.loading': '正在查看已配对的设备…',
  'devices.failed': '无法加载设备',
  'devices.mayNothing': '无权限',
  'devices.may': '它可以',
  'devices.approved': '批准',
  'devices.approved.owner': '{age}由您批准',
  'devices.approved.silent': '{age}自动批准：它在本机运行，并持有网关凭据',
  'devices.lastSeen': '最近出现',
  'devices.column.token': '令牌',
  'devices.column.issued': '签发',
  'devices.column.used': '最近使用',
  'devices.column.state': '状态',
  'devices.token.operator': '操作者',
  'devices.token.node': '节点',
  'devices.token.active': '有效',
  'devices.token.revoked': '{age}吊销',
  'devices.token.none': '尚无令牌：下次连接时签发。',
  'devices.revoke': '吊销…',
  'devices.remove': '移除…',

  'devices.revoke.title': '吊销 {name} 的此令牌？',
  'devices.revoke.body': '该令牌立即失效，使用它的连接随即断开。',
  'devices.revoke.after': '设备仍保持配对：下次凭网关凭据连接时会得到新令牌。',
  'devices.revoke.confirm': '吊销令牌',
  'devices.remove.title': '移除 {name}？',
  'devices.remove.body': '它会立即断开，其令牌随即失效。',
  'devices.remove.after': '若要再次接入，须重新批准。',
  'devices.remove.afterSilent': '本机上持有网关凭据的程序会自动重新接入。若要拒之门外，请同时轮换网关令牌。',
  'devices.remove.confirm': '移除设备',

  'overview.pairing': '{name} 请求接入',
  'overview.pairing.review': '查看',
};
