// Simplified Chinese of what the adapters of Slack, Discord and Telegram write; a part of core-texts. The names of
// buttons and pages stay as these vendors' consoles show them.

export const coreTextsAbroadZh = {
  // Slack.
  "the app's page at api.slack.com/apps": 'api.slack.com/apps 的应用页面',
  'app token (xapp-…)': '应用令牌（xapp-…）',
  'bot token (xoxb-…)': '机器人令牌（xoxb-…）',
  'Copy the app-level token again from "Basic Information", "App-Level Tokens" on {phrase}, or make a new one there with the scope connections:write.':
    '请在 {phrase} 的 Basic Information、App-Level Tokens 中重新复制应用令牌，或在那里新建一个带 connections:write 权限的令牌。',
  'The token needs the scope connections:write: make a new app-level token with it under "Basic Information" on {phrase}.':
    '令牌需要 connections:write 权限：请在 {phrase} 的 Basic Information 中新建带此权限的应用令牌。',
  'Copy the Bot User OAuth Token again from "OAuth & Permissions" on {phrase}.':
    '请在 {phrase} 的 OAuth & Permissions 中重新复制 Bot User OAuth Token。',
  'Add the missing bot scope {phrase}': '请添加缺少的权限（Bot Token Scope）：{phrase}',
  'Add the bot scope chat:write {phrase}': '请添加权限 chat:write（Bot Token Scope）：{phrase}',
  'under "OAuth & Permissions" on {phrase}, then reinstall the app to the workspace.':
    '在 {phrase} 的 OAuth & Permissions 中操作，然后将应用重新安装到工作区。',
  'Reinstall the app to the workspace on {phrase}, then copy the new token.':
    '请在 {phrase} 将应用重新安装到工作区，然后复制新令牌。',
  'This is another kind of token. {sentence}': '这是另一种令牌。{sentence}',
  'Switch token rotation off for the app: its tokens end after hours. {sentence}':
    '请关闭此应用的 Token Rotation：否则令牌几小时后就会失效。{sentence}',
  'The workspace is disabled: its owner has to enable it.': '工作区已停用：需要其所有者重新启用。',
  'The workspace is being moved into an organisation: sign in at Slack, then try again.':
    '工作区正在迁入组织：请先登录 Slack，然后再试。',
  'Slack rejected the {phrase}: {code}': 'Slack 拒绝了{phrase}：{code}',
  'Slack does not allow this with the {phrase}: {code}': 'Slack 不允许用{phrase}进行此操作：{code}',
  'Ask an administrator of the workspace to allow the app.': '请工作区管理员批准此应用。',
  'Slack answered with the error {code}': 'Slack 返回了错误 {code}',
  'Invite the bot into the channel: write /invite and its @name there.':
    '请邀请机器人进入频道：在频道里输入 /invite 和机器人的 @名称。',
  'Slack knows no such channel, or the bot cannot see it': 'Slack 没有这个频道，或机器人看不到它',
  'Use the id of the channel (C…), group (G…), conversation (D…) or person (U…). {sentence}':
    '请使用频道（C…）、群组（G…）、私信（D…）或用户（U…）的标识。{sentence}',
  'the bot is not in this Slack channel': '机器人不在这个 Slack 频道中',
  'this Slack channel is archived': '这个 Slack 频道已归档',
  'Unarchive it in Slack.': '请在 Slack 中取消归档。',
  'the text is too long for Slack': '内容超过 Slack 的长度限制',
  'Send it in parts.': '请分几次发送。',
  'a setting of the Slack workspace forbids the bot to write here': 'Slack 工作区的设置不允许机器人在此发言',
  'Ask an administrator of the workspace who may post in this channel.':
    '请向工作区管理员询问谁可以在此频道发言。',
  'the bot token may not send': '机器人令牌没有发送权限',
  'Slack asks to slow down (ratelimited)': 'Slack 要求降低频率（ratelimited）',
  'Socket Mode is switched off for this Slack app': '此 Slack 应用没有打开 Socket Mode',
  'Switch it on under "Socket Mode" on {phrase}, then restart this account.':
    '请在 {phrase} 的 Socket Mode 中打开，然后重启此账号。',
  'Slack counts {count} connections of this app: another program may take a part of the messages':
    'Slack 统计到此应用有 {count} 个连接：另一个程序可能会收走一部分消息',
  'Stop the other program that uses this app, or make an app of its own for each.':
    '请停止使用此应用的另一个程序，或为每个程序各建一个应用。',
  'The bot token may not send: it lacks the scope chat:write': '机器人令牌没有发送权限：缺少 chat:write',
  'The bot token may not read messages: it has none of the scopes for that':
    '机器人令牌不能读取消息：没有任何相应权限',
  'Subscribe to message.im, message.channels or app_mention under "Event Subscriptions", and add im:history, channels:history or app_mentions:read {phrase}':
    '请在 Event Subscriptions 中订阅 message.im、message.channels 或 app_mention，并添加 im:history、channels:history 或 app_mentions:read：{phrase}',
  'Slack ended the connection before its hello ({reason})': 'Slack 在问候之前就结束了连接（{reason}）',
  'Slack did not say hello within {seconds} s': 'Slack 在 {seconds} 秒内没有发来问候',
  'Slack sent something that is no frame of Socket Mode': 'Slack 发来的内容不是 Socket Mode 数据',
  'Slack asked for a new connection ({reason})': 'Slack 要求重新连接（{reason}）',
  'Slack closed the connection as it had announced': 'Slack 按预告关闭了连接',
  'the connection to Slack was cut': '与 Slack 的连接被中断',
  'Slack closed the connection (code {code})': 'Slack 关闭了连接（代码 {code}）',
  'Slack has been silent for {seconds} s: neither its pings came nor answers to ours':
    'Slack 已 {seconds} 秒没有动静：既没有发来心跳，也没有应答我们的心跳',
  'Slack sent an event that cannot be read': 'Slack 发来了无法读取的事件',
  'the account lacks a token': '此账户缺少令牌',
  'This proves the bot token. The app token is proven by the live connection only.':
    '这证明机器人令牌有效。应用令牌只能由实际连接来证明。',
  "Slack named an address for the connection that is not Slack's; it was not followed":
    'Slack 给出的连接地址不属于 Slack，没有采用',
  'A proxy that changes answers does this.': '会篡改应答的代理会造成这种情况。',
  "Slack's answer to {method} lacks what it must hold": 'Slack 对 {method} 的应答缺少必要内容',
  'the text was not sent: its target {phrase}': '消息没有发送：其目标{phrase}',
  'is no id of a Slack channel, person or thread': '不是 Slack 频道、用户或话题的标识',
  'answers something that is no message of Slack': '所回复的不是 Slack 消息',

  // Discord.
  'In Discord’s developer portal open the application, choose Bot, switch on "Message Content Intent", then restart this account.':
    '请在 Discord 开发者门户打开此应用，进入 Bot，打开 Message Content Intent，然后重新启动此账户。',
  'In Discord’s developer portal open the application, choose Bot, press "Reset Token" and enter the new one here.':
    '请在 Discord 开发者门户打开此应用，进入 Bot，点击 Reset Token，并在此填写新令牌。',
  'Discord did not start a session': 'Discord 没有开始会话',
  'Discord closed the connection: {phrase} (code {code})': 'Discord 关闭了连接：{phrase}（代码 {code}）',
  'it could not make sense of what we sent': '无法理解我们发送的内容',
  'it wants a new session': '要求新的会话',
  'it does not accept the bot token': '不接受机器人令牌',
  'the session is over': '会话已结束',
  'too much was sent at once': '短时间内发送过多',
  'the session timed out': '会话超时',
  'this bot is in too many servers for one connection': '此机器人加入的服务器过多，一个连接无法承载',
  'Use a bot that is in fewer servers: Gatehouse opens one connection for each bot.':
    '请使用加入服务器较少的机器人：Gatehouse 为每个机器人只建立一个连接。',
  'it does not accept how we connect': '不接受我们的连接方式',
  'Update Gatehouse.': '请更新 Gatehouse。',
  'the bot may not read messages': '机器人没有读取消息的权限',
  'it gave no lasting reason': '没有给出持续性的原因',
  'what was entered is no bot token': '填写的内容不是机器人令牌',
  'Discord did not say where to connect': 'Discord 没有给出连接地址',
  'Discord sent a message that cannot be read': 'Discord 发来了无法读取的消息',
  'Discord hides the text of server messages from this bot, except where it is mentioned':
    'Discord 不向此机器人显示服务器消息的内容，除非消息提及它',
  'Discord did not say who the bot is': 'Discord 没有说明机器人的身份',
  'Discord rejected the bot token (HTTP 401)': 'Discord 拒绝了机器人令牌（HTTP 401）',
  'Discord knows no such channel': 'Discord 没有这个频道',
  'Discord knows no such user': 'Discord 没有这个用户',
  'the channel allows no more messages for now': '此频道暂时不允许发送更多消息',
  'the bot cannot see this channel': '机器人看不到这个频道',
  'In Discord give the bot’s role the permission "View Channel" there.':
    '请在 Discord 的该频道中授予机器人角色 View Channel（查看频道）权限。',
  'this user does not take direct messages from the bot': '此用户不接收机器人的私信',
  'The user has to allow direct messages from members of a server that the bot is in.':
    '用户需要允许来自机器人所在服务器成员的私信。',
  'the bot may not write in this channel': '机器人不能在这个频道发言',
  'In Discord give the bot’s role the permission "Send Messages" there.':
    '请在 Discord 的该频道中授予机器人角色 Send Messages（发送消息）权限。',
  'Discord asks to slow down (HTTP 429, {seconds} s)': 'Discord 要求降低频率（HTTP 429，{seconds} 秒）',
  'Discord refused the call (code {code}{said})': 'Discord 拒绝了此调用（代码 {code}{said}）',
  'Discord took the message but did not confirm it': 'Discord 收下了消息，但没有确认',
  'this is no conversation on Discord': '这不是 Discord 上的对话',
  'Use the id of a channel, or user: followed by the id of a user.':
    '请使用频道的标识，或 user: 加上用户的标识。',
  'Discord opened no conversation with this user': 'Discord 没有与此用户建立对话',

  // Telegram.
  'Privacy mode is on: in groups the bot gets only commands, mentions and replies, unless it is an administrator there. @BotFather → /mybots → Bot Settings → Group Privacy changes that for groups it is added to afterwards.':
    '隐私模式已打开：除非机器人是群管理员，否则在群里只能收到命令、提及和回复。在 @BotFather → /mybots → Bot Settings → Group Privacy 中可以更改，对之后加入的群生效。',
  'Another program has set a webhook for this bot and gets its messages now. Starting this account removes that webhook.':
    '另一个程序已为此机器人设置了 webhook，目前由它接收消息。启动此账户会移除该 webhook。',
  'Telegram rejected the bot token (code 401)': 'Telegram 拒绝了机器人令牌（代码 401）',
  'In Telegram open @BotFather → /mybots → your bot → API Token, and paste the token here. A revoked token never works again.':
    '请在 Telegram 中打开 @BotFather → /mybots → 你的机器人 → API Token，并将令牌粘贴到此处。已撤销的令牌不会再生效。',
  'Telegram does not know this form of bot token (code 404)':
    'Telegram 不认识这种格式的机器人令牌（代码 404）',
  'Copy the whole token from @BotFather: digits, a colon, then about 35 characters. If an API root is set, check that too.':
    '请从 @BotFather 复制完整的令牌：数字、冒号，然后约 35 个字符。如果填写了 API 根地址，也请检查它。',
  'Telegram asks to slow down (code 429)': 'Telegram 要求降低频率（代码 429）',
  'Telegram does not allow this{said} (code 403)': 'Telegram 不允许此操作{said}（代码 403）',
  'The person has to start the bot again, or somebody has to add it to the group again.':
    '需要对方重新启用机器人，或有人重新将它加入群组。',
  'Telegram refused this{said} (code 400)': 'Telegram 拒绝了此操作{said}（代码 400）',
  'Telegram refused this{said} (code {code})': 'Telegram 拒绝了此操作{said}（代码 {code}）',
  'Telegram has a problem{said} (code {code})': 'Telegram 出现故障{said}（代码 {code}）',
  'Another program has set a webhook for this bot, so nothing can be fetched (code 409)':
    '另一个程序已为此机器人设置了 webhook，因此无法收取消息（代码 409）',
  'Stop that program, or give this account a bot of its own.': '请停止该程序，或为此账户使用单独的机器人。',
  'Another process polls this bot: Telegram serves only one (code 409)':
    '另一个进程正在轮询此机器人：Telegram 只服务其中一个（代码 409）',
  'Stop the other program that uses this bot token, or give this account a bot of its own.':
    '请停止使用此机器人令牌的另一个程序，或为此账户使用单独的机器人。',
  'the address that was asked is no Telegram Bot API (HTTP {status})':
    '所访问的地址不是 Telegram Bot API（HTTP {status}）',
  'Leave the API root empty for Telegram itself; for a server of your own give its address without "/bot".':
    '使用 Telegram 官方服务时，API 根地址请留空；自建服务器请填写不带 /bot 的地址。',
  'Telegram answered {phrase}': 'Telegram 的应答不符合预期：{phrase}',
  'something that is not a bot': '不是机器人的资料',
  'something that is not a list of updates': '不是更新列表',
  'something that is not an answer': '不是 Bot API 的应答',
  'something that is not JSON': '不是 JSON',
  'Telegram delivered a message that cannot be read: {field} is missing or wrong':
    'Telegram 发来了无法读取的消息：{field} 缺失或有误',
  'this is no Telegram chat: a chat id is a number, a channel name begins with @':
    '这不是 Telegram 对话：对话标识是数字，频道名称以 @ 开头',
  'the account has no bot token': '此账户没有机器人令牌',
} as const;
