// Simplified Chinese of what the adapters of Feishu, QQ, WeCom and WeChat write, and of the gateway engine that QQ and
// Discord share; a part of core-texts. Names of pages and buttons as the Chinese consoles show them.

export const coreTextsChinaZh = {
  Feishu: '飞书',
  WeCom: '企业微信',
  WeChat: '微信',
  'QQ Bot': 'QQ 机器人',

  // Feishu and Lark.
  'This proves the app and its bot, not that messages come here: that needs the event im.message.receive_v1, received through a long connection.':
    '这证明应用和机器人可用，不证明能收到消息：还需要订阅事件 im.message.receive_v1，并使用长连接接收。',
  '{who} did not say who the bot is': '{who} 没有说明机器人的身份',
  '{who} did not say where to connect to': '{who} 没有给出连接地址',
  '{who} knows chats as "oc_…" and people as "ou_…"; this recipient is neither':
    '{who} 的会话标识形如 oc_…，用户标识形如 ou_…；此收件方两者都不是',
  'the message to be answered has no id of Feishu': '要回复的消息没有飞书的标识',
  '{who} gave no access token': '{who} 没有给出访问令牌',
  '{who} answered something that is not its format': '{who} 的应答格式不对',
  '{who} asks to slow down (code {code})': '{who} 要求降低频率（代码 {code}）',
  'Copy both again from {console}: your app, "Credentials & Basic Info".':
    '请在开放平台 {console} 打开你的应用，从“凭证与基础信息”的“应用凭证”中重新复制两项。',
  '{sentence} An app id is "cli_" and 16 more characters; this one is not.':
    '{sentence}App ID 由 cli_ 和 16 个字符组成，目前填写的不是。',
  '{who} rejected the app id or the app secret (code {code})':
    '{who} 拒绝了 App ID 或 App Secret（代码 {code}）',
  '{who} does not let this app hold a long connection (code 403)': '{who} 不允许此应用使用长连接（代码 403）',
  'At {console}: your app must be a custom app with the bot switched on ("Add Features"), with "Events & Callbacks" set to receive through a long connection, and released ("Version Management & Release").':
    '在开放平台 {console}：应用必须是企业自建应用，已在“添加应用能力”中添加机器人，在“事件与回调”中选择“使用长连接接收事件”，并已在“版本管理与发布”中发布。',
  '{who} allows no further connection for this app: other gateways or programs use it':
    '{who} 不允许此应用建立更多连接：其他网关或程序正在使用它',
  'Stop the other program that uses this app id, or give this gateway an app of its own.':
    '请停止使用此 App ID 的其他程序，或为此网关使用单独的应用。',
  '{who} is busy and opens no connection (code {code})': '{who} 繁忙，没有建立连接（代码 {code}）',
  "{who} turned the connection's ticket down (code {code})": '{who} 拒绝了本次连接的票据（代码 {code}）',
  'the app is not in use in its organisation: {phrase}': '应用在其企业中未启用：{phrase}',
  'state {status}': '状态 {status}',
  'At {console}, release the app ("Version Management & Release") and have an administrator of {who} approve and enable it.':
    '请在开放平台 {console} 的“版本管理与发布”中发布应用，并由 {who} 管理员审核和启用。',
  'it was never installed': '从未安装',
  'an administrator has disabled it': '已被管理员停用',
  'it is installed and not enabled yet': '已安装但尚未启用',
  'an update waits to be enabled': '有更新等待启用',
  'its licence has run out': '许可已到期',
  'the plan of the organisation has run out': '企业的套餐已到期',
  '{who} does not accept its own access token': '{who} 不接受它自己发放的访问令牌',
  'the message to be answered was withdrawn': '要回复的消息已被撤回',
  '{who} has not given the app the right to do this': '{who} 没有授予应用此项权限',
  'At {console}, "Permissions & Scopes": add im:message:send_as_bot and im:message, then release a new version.':
    '请在开放平台 {console} 的“权限管理”中开通 im:message:send_as_bot 和 im:message，然后发布新版本。',
  'the app has no bot': '应用没有机器人能力',
  'At {console}, "Add Features": switch the bot on, then release a new version.':
    '请在开放平台 {console} 的“添加应用能力”中添加机器人，然后发布新版本。',
  'the bot is not a member of that chat': '机器人不在该群中',
  'Add the bot to the group, then try again.': '请将机器人加入群，然后再试。',
  'that person may not use the app': '该用户不在应用的可用范围内',
  'At {console}, "Version Management & Release": widen who the app is available to, then release a new version.':
    '请在开放平台 {console} 的“版本管理与发布”中扩大应用的可用范围，然后发布新版本。',
  '{who} asks to slow down in that chat': '{who} 要求在该会话中降低频率',
  '{who} does not know that recipient or does not take that text{said}':
    '{who} 找不到该收件方，或不接受该内容{said}',
  '{who} did not do it{said}': '{who} 没有执行此操作{said}',
  '{who} named an address for the connection that is not its own; it is not followed':
    '{who} 给出的连接地址不属于它，没有采用',
  '{who} did not answer a heartbeat within {seconds} s': '{who} 在 {seconds} 秒内没有应答心跳',
  '{who} sent an event that cannot be read': '{who} 发来了无法读取的事件',

  // The gateway engine of QQ and Discord; the first is Feishu's, too.
  '{who} sent a frame that cannot be read': '{who} 发来了无法读取的数据帧',
  '{who} greeted without a heartbeat interval': '{who} 的问候没有给出心跳间隔',
  '{who} no longer answers the heartbeat': '{who} 不再应答心跳',
  '{who} sent an event before its greeting': '{who} 在问候之前就发来了事件',
  '{who} named an address that is not its own': '{who} 给出的地址不属于它',
  '{who} allows no more session starts for now ({count} left)':
    '{who} 暂时不允许开始更多会话（剩余 {count} 次）',
  'Wait. If this comes back, another program uses the same bot or restarts again and again.':
    '请等待。如果再次出现，说明另一个程序在使用同一机器人，或在反复重启。',
  '{who} started a session without its id': '{who} 开始了会话，但没有给出会话标识',
  '{who} asked for a new connection': '{who} 要求重新连接',
  '{who} wants the session resumed on a new connection': '{who} 要求在新的连接上恢复会话',
  '{who} ended the session': '{who} 结束了会话',

  // QQ.
  'QQ does not allow this bot to receive messages': 'QQ 不允许此机器人接收消息',
  'On q.qq.com open the bot, then grant it private and group messages under its features, and wait for the review.':
    '请在 QQ 开放平台（q.qq.com）打开机器人，在功能配置中申请单聊和群聊消息，并等待审核。',
  'QQ closed the connection: {phrase} (code {code})': 'QQ 关闭了连接：{phrase}（代码 {code}）',
  'it could not read what we sent': '无法读取我们发送的内容',
  'it no longer accepts the access token': '不再接受访问令牌',
  'Copy AppID and AppSecret again from the bot’s development settings on q.qq.com.':
    '请在 QQ 开放平台（q.qq.com）机器人的开发设置中重新复制 AppID 和 AppSecret。',
  'it does not accept how this bot connects': '不接受此机器人的连接方式',
  'Update Gatehouse; if that does not help, this bot is too large or too old for this way to connect.':
    '请更新 Gatehouse；如果仍然不行，说明此机器人规模过大或版本过旧，不适用这种连接方式。',
  'the bot was taken off the platform, only its sandbox works': '机器人已下架，只能在沙箱环境中使用',
  'See the notices of the bot on q.qq.com; it has to be reviewed and released again.':
    '请查看 QQ 开放平台（q.qq.com）上的机器人通知；需要重新提审并上线。',
  'the bot was banned': '机器人已被封禁',
  'See the notices of the bot on q.qq.com, where the ban can be appealed.':
    '请查看 QQ 开放平台（q.qq.com）上的机器人通知，可在那里申诉解封。',
  'it has a problem of its own': '平台自身出现故障',
  'it gave no known reason': '没有给出已知的原因',
  'this is no conversation on QQ': '这不是 QQ 上的对话',
  'Use c2c:, group:, channel: or dm: followed by the id that QQ gave.':
    '请使用 c2c:、group:、channel: 或 dm: 加上 QQ 给出的标识。',
  'QQ took the message but did not confirm it': 'QQ 收下了消息，但没有确认',
  'the AppID or the AppSecret is missing': '缺少 AppID 或 AppSecret',
  'QQ gave an access token that cannot be used': 'QQ 给出的访问令牌无法使用',
  'Copy AppID and AppSecret again from the bot’s development settings on q.qq.com. Making a new AppSecret there ends the old one.':
    '请在 QQ 开放平台（q.qq.com）机器人的开发设置中重新复制 AppID 和 AppSecret。在那里生成新的 AppSecret 后，旧的会立即失效。',
  'QQ asks to slow down: the access token was asked for too often': 'QQ 要求降低频率：获取访问令牌过于频繁',
  'QQ has a problem and gave no access token': 'QQ 出现故障，没有给出访问令牌',
  'QQ does not know this AppID, or the bot was removed or banned':
    'QQ 不认识此 AppID，或机器人已被删除或封禁',
  'QQ rejected the AppID or the AppSecret': 'QQ 拒绝了 AppID 或 AppSecret',
  'QQ knows no bot with this AppID': 'QQ 没有使用此 AppID 的机器人',
  'QQ does not accept calls from this computer’s IP address': 'QQ 不接受来自本机 IP 地址的调用',
  'Add this computer’s public IP address to the IP allow list in the bot’s development settings on q.qq.com, or make the bot anew through the OpenClaw entry there, which needs no list.':
    '请在 QQ 开放平台（q.qq.com）机器人的开发设置中，将本机的公网 IP 加入 IP 白名单；或通过那里的 OpenClaw 入口重新创建机器人，无需白名单。',
  'QQ did not accept the access token': 'QQ 没有接受访问令牌',
  'QQ does not take an answer to this message any more': 'QQ 不再接受对此消息的回复',
  'Wait until the user writes again, then answer.': '请等用户再次发来消息后回复。',
  'QQ no longer takes this kind of token': 'QQ 不再接受这种令牌',
  'QQ says that the AppID is wrong': 'QQ 认为 AppID 不正确',
  'QQ does not allow this bot to do that': 'QQ 不允许此机器人进行该操作',
  'Grant the bot this feature on q.qq.com and wait for the review.':
    '请在 QQ 开放平台（q.qq.com）为机器人申请此功能，并等待审核。',
  'QQ has banned this bot': 'QQ 已封禁此机器人',
  'QQ’s limit of messages for this bot is reached': '此机器人的消息数量已达到 QQ 的上限',
  'QQ refused the text because it holds a link to a site that is not registered':
    'QQ 拒绝了内容，因为其中的链接指向未报备的网站',
  'Register the site for the bot on q.qq.com, or send the text without the link.':
    '请在 QQ 开放平台（q.qq.com）为机器人报备该网站，或去掉链接后再发送。',
  'QQ says that the bot is not connected and may not write': 'QQ 表示机器人未连接，不能发言',
  'QQ does not let this bot write first': 'QQ 不允许此机器人主动发消息',
  'Wait until the user writes: a bot may answer for 60 minutes, in a group for 5.':
    '请等用户发来消息：单聊可在 60 分钟内回复，群聊可在 5 分钟内回复。',
  'QQ gave no access token': 'QQ 没有给出访问令牌',
  'QQ refused the call': 'QQ 拒绝了此调用',
  '{sentence} (code {code}{said})': '{sentence}（代码 {code}{said}）',
  'QQ named no address to connect to': 'QQ 没有给出连接地址',
  'QQ sent a message that cannot be read': 'QQ 发来了无法读取的消息',
  'QQ grants this bot private and group messages only: messages of guild channels do not arrive':
    'QQ 只授予此机器人单聊和群聊消息：收不到频道消息',
  'If you need guild channels, grant the bot their messages on q.qq.com, then restart this account.':
    '如果需要频道消息，请在 QQ 开放平台（q.qq.com）为机器人申请，然后重新启动此账户。',
  'QQ did not say who the bot is': 'QQ 没有说明机器人的身份',

  // WeCom.
  'WeCom admin console → Security & Management → Management Tools → Smart Bot → your bot → API mode, long connection':
    '企业微信管理后台 → 安全与管理 → 管理工具 → 智能机器人 → 你的机器人 → API 模式、长连接',
  "WeCom rejected the bot's secret (code {code})": '企业微信拒绝了机器人的 Secret（代码 {code}）',
  'Copy the Secret again, or make a new one: {phrase}.': '请重新复制 Secret，或生成新的：{phrase}。',
  'WeCom knows no bot with this bot id (code {code})': '企业微信没有使用此 Bot ID 的机器人（代码 {code}）',
  'Copy the Bot ID again: {phrase}.': '请重新复制 Bot ID：{phrase}。',
  'WeCom could not read the bot id or secret (code {code})':
    '企业微信无法读取 Bot ID 或 Secret（代码 {code}）',
  'Copy both again, whole and without spaces: {phrase}.': '请重新复制两项，内容完整且不带空格：{phrase}。',
  'WeCom refused the connection{said}': '企业微信拒绝了连接{said}',
  'WeCom knows no such conversation for this bot (code {code})':
    '企业微信没有此机器人的这个会话（代码 {code}）',
  'Use the id of a member or group that has written to this bot before.':
    '请使用曾给此机器人发过消息的成员或群的标识。',
  'WeCom did not take the message{said}': '企业微信没有接受消息{said}',
  'WeCom asks to slow down (code {code})': '企业微信要求降低频率（代码 {code}）',
  'the account has no bot id or no secret': '此账户缺少 Bot ID 或 Secret',
  'Connected from another place: WeCom allows one connection for each bot, and a newer one took over':
    '已在别处连接：企业微信只允许每个机器人有一个连接，已被较新的连接取代',
  'Stop the other program that uses this bot, or give this account a bot of its own; then start it again.':
    '请停止使用此机器人的另一个程序，或为此账户使用单独的机器人，然后重新启动。',
  'WeCom sent something that cannot be understood': '企业微信发来了无法理解的内容',
  'WeCom left two heartbeats unanswered': '企业微信连续两次没有应答心跳',
  'the connection to WeCom was cut': '与企业微信的连接被中断',
  'WeCom closed the connection{said} (close code {code})': '企业微信关闭了连接{said}（关闭代码 {code}）',
  'the connection to WeCom is closed': '与企业微信的连接已关闭',
  'WeCom did not answer within {seconds} s': '企业微信在 {seconds} 秒内没有应答',
  'WeCom delivered a message that cannot be read: {field} is missing or wrong':
    '企业微信发来了无法读取的消息：{field} 缺失或有误',

  // WeChat.
  'this login is {days} days old, and WeChat usually ends one after about 30':
    '本次登录已有 {days} 天，微信通常在约 30 天后结束登录',
  'Log in again before it ends: open this account on the Channels page and scan a new QR code with WeChat.':
    '请在失效前重新登录：在“渠道”页面打开此账户，用微信扫描新的二维码。',
  'Log in again: open this account on the Channels page and scan a new QR code with WeChat.':
    '请重新登录：在“渠道”页面打开此账户，用微信扫描新的二维码。',
  'a code that is no number': '代码不是数字',
  '{who} answered {phrase}': '{who} 的应答不符合预期：{phrase}',
  '{who} has ended this login (code {code}): it was used to log in elsewhere, or it is too old':
    '{who} 已结束此次登录（代码 {code}）：账户已在别处登录，或登录时间过久',
  '{who} answered with the error code {code}{said}': '{who} 返回了错误代码 {code}{said}',
  'WeChat has no call that names the account: this one only fails for certain when the login has ended.':
    '微信没有查询账户的接口：只有登录已结束时，这项检查才一定会失败。',
  'the login did not say who scanned, so nothing can be asked': '登录时没有说明是谁扫的码，因此无法查询',
  'nobody is logged in on this account': '此账户尚未登录',
  "the server that is stored for this account is not WeChat's": '为此账户保存的服务器不属于微信',
  'The person has to write first: WeChat takes answers for about 24 hours after a message, and only some ten of them.':
    '需要对方先发消息：微信只在收到消息后约 24 小时内接受回复，且仅限十条左右。',
  '{who} delivered a message that cannot be read: {phrase}': '{who} 发来了无法读取的消息：{phrase}',
  'it is no object': '不是 JSON 对象',
  'it has no sender': '没有发送者',
  'it has no id': '没有标识',
  'its content cannot be read': '内容无法读取',
  '{who} took the last text but gave it no message id: such texts may never arrive':
    '{who} 收下了上一条消息，但没有给出消息标识：这样的消息可能不会送达',
  'Look on the phone whether it arrived. If not, the person should write to the bot, or log in again.':
    '请在手机上查看是否送达。如果没有，请对方给机器人发一条消息，或重新登录。',
  '{who} did not take the text (code {code})': '{who} 没有接受消息（代码 {code}）',
  '{who} did not take the text for {person} (code {code})':
    '{who} 没有接受发给 {person} 的消息（代码 {code}）',
  'a poll without a list of messages': '轮询结果没有消息列表',
  'a poll with something else': '轮询结果是其他内容',
  'a poll with a cursor that is no text': '轮询结果中的游标不是文本',
  'a QR code that cannot be drawn': '二维码无法绘制',
  'The number was wrong too often: {who} has closed this QR code': '数字输错次数过多：{who} 已关闭此二维码',
  'a login step that is not known{said}': '未知的登录步骤{said}',
  'a login without a token or an id': '登录结果没有令牌或标识',
  'a login with an id of another form': '登录结果中的标识格式不同',
  "{who} named a server that is not {owner}'s; the login was not taken there":
    '{who} 给出的服务器不属于 {owner}，登录没有在那里继续',
  'Check that nothing on this computer or network reads encrypted traffic, then log in again.':
    '请确认本机和网络中没有程序解密流量，然后重新登录。',
  'The QR code has expired': '二维码已失效',
} as const;
