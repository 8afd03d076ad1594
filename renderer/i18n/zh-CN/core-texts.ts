// What core and its channel adapters write in English, in Simplified Chinese: by the sentence as it stands in the source,
// with a name for each part that is filled in. Read by i18n/core-text only. `{said}` is somebody else's words
// and stays as it came; `{sentence}` and `{phrase}` are others of this list, or this is another text. A test holds these
// against the sources: none may be missing, none left over.

import { coreTextsAbroadZh } from './core-texts-abroad';
import { coreTextsChinaZh } from './core-texts-china';

/** Whatever the channel: the way to the vendor, the account's life, its settings, sending, logging in, webhooks. */
const commonZh = {
  // Evidence.
  'heartbeat answered': '心跳有应答',
  'ping answered': '心跳有应答',
  'ping received': '收到心跳',
  'frame received': '收到数据',
  'event received': '收到事件',
  'message received': '收到消息',
  'hello received': '收到握手问候',
  'first poll answered': '首次轮询有应答',
  'poll answered': '轮询有应答',
  'subscription confirmed': '订阅已确认',
  'delivery accepted': '投递已接受',
  '{type} received': '收到 {type}',
  stopped: '已停止',

  // On the way to the vendor.
  '{host} could not be found (DNS: {code})': '找不到 {host}（DNS：{code}）',
  'Check the internet connection and the DNS settings.': '请检查网络连接和 DNS 设置。',
  '{host} refused the connection': '{host} 拒绝了连接',
  '{host} cut the connection': '{host} 中断了连接',
  '{host} did not answer': '{host} 没有应答',
  '{host} cannot be reached ({code})': '无法连接 {host}（{code}）',
  'Check the internet connection.': '请检查网络连接。',
  'the certificate of {host} is not trusted ({code})': '{host} 的证书不受信任（{code}）',
  'A proxy or virus scanner that reads encrypted traffic does this; so does a wrong clock.':
    '会解密流量的代理或杀毒软件会造成这种情况，本机时间不正确也会。',
  '{host} answered something that is not HTTP': '{host} 的应答不是 HTTP',
  'the connection to {host} failed ({code})': '与 {host} 的连接失败（{code}）',
  '{host} did not answer within {seconds} s': '{host} 在 {seconds} 秒内没有应答',
  '{host} sent more than {size} KiB at once': '{host} 一次发来的数据超过 {size} KiB',
  '{who} asks to slow down (HTTP 429)': '{who} 要求降低频率（HTTP 429）',
  '{who} rejected the credentials (HTTP 401)': '{who} 拒绝了凭据（HTTP 401）',
  '{who} does not allow this (HTTP 403)': '{who} 不允许此操作（HTTP 403）',
  'the proxy wants a login (HTTP 407)': '代理要求登录（HTTP 407）',
  '{who} has a problem (HTTP {status})': '{who} 出现故障（HTTP {status}）',
  '{who} answered HTTP {status}': '{who} 返回了 HTTP {status}',
  '{who} answered something that is not JSON': '{who} 的应答不是 JSON',
  '{host} refused the connection (HTTP {status})': '{host} 拒绝了连接（HTTP {status}）',
  '{host} is not asked without encryption': '不会在未加密的情况下访问 {host}',
  '{host} leads into the local network (or to a reserved address), where channels do not go':
    '{host} 指向本地网络（或保留地址），渠道不会访问那里',
  'Use an address on the public internet, or a relay on this computer (127.0.0.1).':
    '请使用公网地址，或本机（127.0.0.1）上的转发服务。',
  'the address of the proxy is not a valid one': '代理地址无效',
  'the proxy of this computer speaks SOCKS, which channels cannot use': '本机的代理使用 SOCKS，渠道无法使用',
  'Set an HTTP proxy instead (most proxy programs offer both), or let the vendor go directly.':
    '请改用 HTTP 代理（多数代理程序两种都提供），或让该厂商的地址直连。',
  'Check the proxy settings of this computer (or HTTPS_PROXY).': '请检查本机的代理设置（或 HTTPS_PROXY）。',
  'the system did not say which proxy to use': '系统没有给出应使用的代理',
  'the credential holds a character that cannot be sent (a line break, a space or a letter with an accent)':
    '凭据中含有无法发送的字符（换行、空格或特殊字母）',
  'Copy it again, without anything around it.': '请重新复制，前后不要带其他内容。',
  'the proxy {address}': '代理 {address}',
  '{host} sent a frame that is not allowed ({code})': '{host} 发来了不允许的数据帧（{code}）',
  'the connection to {who} was cut': '与 {who} 的连接被中断',
  '{who} closed the connection (code {code})': '{who} 关闭了连接（代码 {code}）',
  // Any sentence of this list with the vendor's code behind it.
  '{sentence} (code {code})': '{sentence}（代码 {code}）',
  '{sentence} ({code})': '{sentence}（{code}）',

  // The account's life.
  'no sign of life for {seconds} s': '已有 {seconds} 秒没有任何活动信号',
  'not ready within {seconds} s': '{seconds} 秒内未能就绪',
  'asked to reconnect before it was ready': '尚未就绪就被要求重新连接',
  'asks to reconnect again and again': '反复要求重新连接',
  'a message with an id of more than 1,024 characters was not taken':
    '有一条消息的标识超过 1,024 个字符，没有接受',
  'the connection ended without a reason': '连接已结束，没有说明原因',
  'the supervisor failed': 'Gatehouse 内部的渠道管理出错',
  'this computer’s disk does not answer: what the account has kept cannot be read':
    '这台电脑的磁盘没有响应：无法读取此账号保存的内容',
  'Look whether the folder of Gatehouse is on a disk or network drive that is gone.':
    '请检查 Gatehouse 的文件夹是否在已断开的磁盘或网络驱动器上。',
  "the channel's adapter failed: {said}": '此渠道的适配器出错：{said}',
  "the channel's adapter failed to read its settings: {said}": '此渠道的适配器无法读取设置：{said}',
  'can only be checked over its own connection, which is down': '只能通过它自己的连接检查，而该连接目前断开',
  'no answer within {ms} ms': '{ms} 毫秒内没有应答',
  'the channels are stopped': '所有渠道都已停止',
  '{channel}/{account} is switched off': '{channel}/{account} 已关闭',
  '{channel}/{account} is not set up': '{channel}/{account} 尚未设置',
  'no channel {channel}': '没有渠道 {channel}',
  'no account {channel}/{account}': '没有账户 {channel}/{account}',
  'there is no channel {channel}': '没有渠道 {channel}',
  'there is no account {channel}/{account}': '没有账户 {channel}/{account}',

  // Its settings.
  'The stored secrets cannot be read: {why}': '无法读取保存的密钥：{why}',
  'Nobody is logged in: scan the QR code for {vendor} on the Channels page.':
    '尚未登录：请在“渠道”页面用 {vendor} 扫描二维码。',
  'This account has no secret yet: make one, then give it to the program that sends.':
    '此账户尚无密钥：请生成一个，并交给发送消息的程序。',
  'Not set up yet: {field} is missing. Fill it in on the Channels page.':
    '尚未设置：缺少 {field}。请在“渠道”页面填写。',
  'Not set up yet: {fields} and {last} are missing. Fill them in on the Channels page.':
    '尚未设置：缺少 {fields} 和 {last}。请在“渠道”页面填写。',
  'the account id takes a to z, 0 to 9, - and _, at most 64 characters':
    '账户标识只能使用 a 到 z、0 到 9、- 和 _，最多 64 个字符',
  'the name has more than 80 characters': '名称超过 80 个字符',
  '{kind} has no such field {field}': '{kind} 没有字段 {field}',
  '{field} cannot be used: {why}': '{field} 不能使用：{why}',
  '{field} is missing': '缺少 {field}',
  '{field} does not look like one': '{field} 的格式不对',
  '{field} must be an https:// or wss:// address': '{field} 必须是以 https:// 或 wss:// 开头的地址',
  'must be an https:// or wss:// address without user, query or fragment; http:// and ws:// only on this machine':
    '必须是以 https:// 或 wss:// 开头、不带用户名、查询参数和 # 片段的地址；http:// 和 ws:// 只能用于本机',
  'the check was cancelled': '检查已取消',
  'the vendor did not accept the credentials': '对方平台没有接受凭据',
  'there is an account {account} already': '已经有账户 {account}',
  'must differ from every other secret of this gateway': '必须与此网关的其他密钥都不同',
  'the secret of {channel} is made by its vendor': '{channel} 的密钥由对方平台生成',

  // Sending.
  'the channel is not connected now, nothing was sent': '渠道目前未连接，没有发送任何内容',
  'the texts before it did not get through in time, nothing was sent':
    '排在前面的消息没有及时发出，此消息没有发送',
  'no answer came in time; the text may have been sent': '没有及时收到应答；消息可能已经发出',
  '{sentence}; the text may have been sent': '{sentence}；消息可能已经发出',
  '{count} texts are waiting to be sent already': '已有 {count} 条消息在等待发送',
  '{channel} can only receive': '{channel} 只能接收',
  'the text is empty': '内容为空',
  'the text has {length} characters, {channel} takes {limit}':
    '内容有 {length} 个字符，{channel} 最多接受 {limit} 个',
  'unsupported channel: {channel}': '不支持的渠道：{channel}',
  'the channel {channel} has no account': '渠道 {channel} 没有账户',
  '{channel}/{account} can only receive as it is set up': '按目前的设置，{channel}/{account} 只能接收',
  'Channel is required (no configured channels detected).': '必须指定渠道（没有已设置的渠道）。',
  'Channel is required when multiple channels are configured: {channels}':
    '已设置多个渠道，必须指定其中之一：{channels}',

  // Logging in by QR code.
  'no login is going on; start one first': '没有正在进行的登录；请先开始登录',
  'the login was cancelled': '登录已取消',
  'this channel has no login by QR code': '此渠道不支持扫码登录',
  'Nobody scanned and confirmed in time': '没有人及时扫描并确认',
  'the login failed inside Gatehouse; the log says why': '登录在 Gatehouse 内部出错；原因见日志',
  'the login was not kept: {why}': '登录未能保存：{why}',

  // Webhooks.
  'This proves only that the path is served, not that anybody can deliver to it.':
    '这只证明该路径可用，不证明有人能投递。',
  'the path is not served': '该路径不可用',
  'the account has no secret': '此账户没有密钥',
  'A delivery came {phrase}': '有一次投递{phrase}',
  'without a secret': '没有带密钥',
  'with its Authorization header twice': '带了两个 Authorization 请求头',
  'with a wrong secret': '带的密钥不正确',
  'without a signature or its timestamp': '没有带签名或时间戳',
  'with a signature header twice': '带了两个签名请求头',
  'with a timestamp that is more than 5 minutes off': '带的时间戳与本机时间相差超过 5 分钟',
  'with a wrong signature': '带的签名不正确',
  'Send the header "Authorization: Bearer <secret>" with this account\'s secret. If it is lost, make a new one on the Channels page.':
    '请在请求头 Authorization: Bearer <secret> 中发送此账户的密钥。如已遗失，请在“渠道”页面生成新的。',
  'Sign "<X-Timestamp>.<raw body>" with this account\'s secret (HMAC-SHA-256) and send it as "X-Signature-256: sha256=<hex>". If the secret is lost, make a new one on the Channels page.':
    '请用此账户的密钥对 <X-Timestamp>.<原始正文> 签名（HMAC-SHA-256），并以 X-Signature-256: sha256=<hex> 发送。如密钥已遗失，请在“渠道”页面生成新的。',
  'Set the clocks of both machines, and send X-Timestamp as Unix time in seconds, made anew for each try.':
    '请校准两台机器的时间，并以秒为单位的 Unix 时间发送 X-Timestamp，每次重试都要重新生成。',
  'A delivery was refused: {sentence}': '有一次投递被拒绝：{sentence}',
  'The content type must be application/json.': '内容类型必须是 application/json。',
  'The body is larger than {size} bytes.': '正文超过 {size} 字节。',
  'The body did not arrive within {seconds} s.': '正文没有在 {seconds} 秒内收完。',
  'The body is not JSON in UTF-8.': '正文不是 UTF-8 编码的 JSON。',
  'The body has a field that is not known.': '正文含有未知字段。',
  'The body is not an object.': '正文不是 JSON 对象。',
  'The field "{field}" is not valid.': '字段 {field} 无效。',
  'Replies cannot be sent: the reply URL {phrase}': '无法发送回复：回复地址{phrase}',
  'the reply URL {phrase}': '回复地址{phrase}',
  'Change the reply URL of this account on the Channels page.': '请在“渠道”页面修改此账户的回复地址。',
  'the reply {phrase}: {sentence}': '回复{phrase}：{sentence}',
  'may not have arrived': '可能没有送达',
  'did not arrive': '没有送达',
  'Check the reply URL of this account on the Channels page, and the program that listens there.':
    '请在“渠道”页面检查此账户的回复地址，并检查在该地址接收的程序。',
  'is only the shown part of a URL: give the whole of it': '只是地址中显示的部分，请填写完整地址',
  'is not a URL': '不是有效的地址',
  'is neither https nor http': '既不是 https 也不是 http',
  'must not hold a user name or a password': '不能包含用户名或密码',
  'must not have a fragment (#)': '不能带 # 片段',
  'must be https: plain http is only for this machine (127.0.0.1, ::1, localhost)':
    '必须使用 https：http 只能用于本机（127.0.0.1、::1、localhost）',
  'leads to a private or reserved address, which is not allowed': '指向内网或保留地址，不允许使用',
  'the message is larger than {size} bytes': '消息超过 {size} 字节',
  'the target answered with a redirect ({status}), which is not followed':
    '对方返回了重定向（{status}），不会跟随',
  'the target answered {status}': '对方返回了 {status}',
  'no answer within {seconds} s': '{seconds} 秒内没有应答',
  'the gateway stopped during the delivery': '投递期间网关停止了',
  'the host name could not be resolved ({code})': '无法解析主机名（{code}）',
  'the host name leads to a private or reserved address': '主机名指向内网或保留地址',
  'the target could not be reached ({code})': '无法连接对方（{code}）',

  // Tasks; a fix may stand behind the reason.
  '{sentence}. {phrase}': '{sentence}。{phrase}',
  '{phrase}: {sentence}': '{phrase}：{sentence}',
  'webhook not delivered': '未能投递到网络地址',
  'not announced': '未能发送到对话',
  'the delivery failed inside the gateway': '投递在网关内部出错',
  'the system event could not be queued': '系统事件未能加入队列',
  'the signing secret cannot be read: {why}': '无法读取签名密钥：{why}',
  'the signing secret cannot be stored: {why}': '无法保存签名密钥：{why}',
  'is one too many: {count} is the most': '任务过多：最多 {count} 个',
} as const;

/** By the English sentence with `{names}` for its holes. */
export const coreTextsZh: Readonly<Record<string, string>> = {
  ...commonZh,
  ...coreTextsAbroadZh,
  ...coreTextsChinaZh,
};
