// Simplified Chinese texts of the Channels page and the nine state words.

import type { Messages } from '../catalogue';
import type { channelsEn } from '../en/channels';

export const channelsZh: Pick<Messages, keyof typeof channelsEn> = {
  'word.connected': '已连接',
  'word.connecting': '正在连接',
  'word.degraded': '部分可用',
  'word.action-needed': '需要处理',
  'word.retrying': '正在重试',
  'word.disconnected': '已断开',
  'word.off': '已关闭',
  'word.not-checked': '未验证',
  'word.unknown': '未知',

  'channels.title': '渠道',
  'channels.intro': '消息从这里进入。只有得到证明的渠道才称为已连接，并注明证明的时间。',
  'channels.column.lastIn': '最近收到',
  'channels.account': '账户 {account}',

  'evidence.seen': '{what} {age}',
  'evidence.notChecked': '尚无投递',
  'evidence.never': '尚无证明',
  'evidence.unknown': '网关未运行。最后已知：{what} {age}',
  'evidence.unknownNever': '网关未运行',
  'evidence.off': '已手动关闭',
  'evidence.stopped': '未运行',
  'evidence.retry': '第 {attempt} 次尝试，下次：{age}',
  'evidence.retryNow': '第 {attempt} 次尝试',
  'evidence.connecting': '等待证明',

  'channels.detail.path': '投递地址',
  'channels.detail.credential': '密钥',
  'channels.detail.credential.store': '由 Gatehouse 保存',
  'channels.detail.credential.none': '尚无',
  'channels.detail.lastIn': '最近收到消息',
  'channels.detail.lastOut': '最近发出消息',
  'channels.detail.received': '启动以来接受',
  'channels.detail.rejected': '启动以来拒绝',
  'channels.detail.attempts': '重连次数',
  'channels.detail.started': '启动时间',
  'channels.detail.disconnect': '最近断开',
  'channels.detail.probe': '最近检查',
  'channels.detail.probe.ok': '{age}正常，用时 {duration}',
  'channels.detail.probe.failed': '{age}失败：{error}',
  'channels.detail.probe.timedOut': '{age}超时，没有应答',
  'channels.detail.problems': '问题',

  'channels.action.probe': '立即检查',
  'channels.action.restart': '重新启动',
  'channels.action.enable': '开启',
  'channels.action.disable': '关闭',
  'channels.action.firstSecret': '生成并复制密钥',
  'channels.action.newSecret': '新密钥…',
  'channels.done.probe': '已检查。',
  'channels.done.restart': '已重新启动。',

  'channels.secret.title': '生成新密钥？',
  'channels.secret.body':
    '新密钥会放入剪贴板，60 秒后清除。旧密钥立即失效：向此地址投递的服务在换成新密钥之前都会被拒绝。',
  'channels.secret.confirm': '生成并复制',

  'channels.setup.title': '设置 Webhook',
  'channels.setup.body':
    'Webhook 是本机上的一个地址，其他程序用 HTTP POST 向它发送消息。Gatehouse 会生成一个密钥，发送方必须知道它。',
  'channels.setup.action': '设置并复制密钥',
  'channels.setup.later': 'Webhook 已开启，但还没有密钥。请在详情中使用“新密钥”。',
  'core.deliveryAccepted': '投递已接受',
  'core.noSecret': '尚无密钥：请生成一个，并交给发送消息的程序',
  'core.probeNote': '这只证明该路径可用，不证明有人能投递。',
  'core.pathNotServed': '该路径不可用',

  'channels.example.title': '如何发送消息',
  'channels.example.note': '将 YOUR_SECRET 换成密钥。如果希望忽略重复消息，请为每条消息附上自己的 id。',
  'channels.example.text': '你好',
};
