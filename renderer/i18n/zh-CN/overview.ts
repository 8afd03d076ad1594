// Simplified Chinese texts of the Overview page.

import type { Messages } from '../catalogue';
import type { overviewEn } from '../en/overview';

export const overviewZh: Pick<Messages, keyof typeof overviewEn> = {
  'overview.gateway': '网关',
  'overview.gateway.help': '本机上的 OpenClaw 程序连接的入口。',
  'overview.address': '地址',
  'overview.address.none': '网关运行后才有地址',
  'overview.uptime': '已运行',
  'overview.since': '开始于',
  'overview.clients': '已连接的客户端',
  'overview.loopDelay': '事件循环延迟',
  'overview.loopDelay.fine': '{value}，响应及时',
  'overview.loopDelay.slow': '{value}，响应缓慢',

  'overview.stopTrying': '停止重试',
  'overview.stop.title': '停止网关？',
  'overview.stop.body': { other: '{count} 个已连接的客户端将断开；再次启动之前，任何程序都无法连接。' },
  'overview.stop.bodyNone': '目前没有客户端连接。再次启动之前，任何程序都无法连接。',
  'overview.stop.channels': '停止期间，渠道不接收消息。',
  'overview.stop.confirm': '停止网关',
  'overview.restart.title': '重新启动网关？',
  'overview.restart.body': { other: '{count} 个已连接的客户端将断开，并会收到重新连接的通知。' },
  'overview.restart.bodyNone': '目前没有客户端连接。',
  'overview.restart.confirm': '重新启动网关',

  'probe.title': '自检',
  'probe.help': 'Gatehouse 每隔{interval}像普通程序一样连接自己，检查四项。',
  'probe.age': '{age}检查',
  'probe.never': '尚未检查',
  'probe.running': '正在检查',
  'probe.now': '立即检查',
  'probe.fact.portOpen': '端口已打开',
  'probe.fact.protocol': '协议应答正确',
  'probe.fact.credential': '接受自己的凭据',
  'probe.fact.scope': '允许读取状态',
  'probe.ok': '正常',
  'probe.failed': '失败',
  'probe.not-run': '未执行',
  'probe.took': '用时 {duration}',
  'probe.retried': '用时 {duration}，其间令牌被轮换，因此重复了一次',
  'probe.internalRefusals': { other: '启动以来内部拒绝 {count} 次' },
  'probe.lastOk': '上次完整验证：{age}。',

  'overview.channels': '渠道',
  'overview.channels.none': '尚未设置渠道',
  'overview.channels.noneHelp':
    '别人通过渠道给你发消息：飞书、QQ、微信、企业微信、Telegram、Slack、Discord，或通过 Webhook 发送的任何程序。',
  'overview.channels.setUp': '设置渠道',
  'overview.channels.unknown': '网关未运行，状态未知',
  'overview.channels.all': '全部渠道',

  'overview.refusals': '最近的拒绝',
  'overview.refusals.none': '没有拒绝',
  'overview.refusals.noneHelp': '所有尝试连接的程序都持有正确的凭据。',
  'overview.refusals.open': '打开认证日志',
  'overview.refusals.failed': '无法加载拒绝记录。',
};
