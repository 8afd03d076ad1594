// Simplified Chinese explanations of refusals, presented secrets, secret problems and error codes.

import type { PresentedAs, RefusalReason } from '../../../shared/model/auth-event';
import type { FailureClass } from '../../../shared/model/channel';
import type { SecretProblem } from '../../../shared/model/token';
import type { ErrorCode, PresentedText, ReasonText } from '../catalogue';

const USE_TOKEN = '请在“凭据”页复制令牌，替换该程序使用的令牌。';

export const reasonsZh: Readonly<Record<RefusalReason, ReasonText>> = {
  token_missing: {
    title: '没有令牌',
    cause: '程序连接时没有出示任何凭据，或凭据为空。',
    fix: '请把网关令牌交给该程序：在“凭据”页复制，放到程序读取令牌的地方。',
  },
  token_mismatch: { title: '令牌错误', cause: '程序出示的令牌不是此网关接受的令牌。', fix: USE_TOKEN },
  token_missing_config: {
    title: '网关没有令牌',
    cause: '当时网关没有可用的令牌，因此无法接受任何程序。',
    fix: '请打开“凭据”页，那里说明了令牌为何无法读取。',
  },
  bootstrap_token_invalid: {
    title: '设置令牌无效',
    cause: '程序出示的一次性设置令牌未知、已用过或已过期。',
    fix: '请改用网关令牌，可在“凭据”页复制。',
  },
  device_token_mismatch: {
    title: '设备令牌错误',
    cause: '程序出示的设备令牌不属于此网关，可能属于另一个网关。',
    fix: '请在该程序中删除已保存的设备令牌，改用网关令牌连接。',
  },
  password_missing: {
    title: '没有密码',
    cause: '网关要求密码，而程序没有发送。',
    fix: '请把网关密码交给该程序，或在设置中让网关改回使用令牌。',
  },
  password_mismatch: {
    title: '密码错误',
    cause: '程序出示的密码不是此网关接受的密码。',
    fix: '请把当前密码放到程序读取密码的地方，或为网关设置新密码。',
  },
  password_missing_config: {
    title: '网关没有密码',
    cause: '网关被设为要求密码，但没有设置密码，因此无法接受任何程序。',
    fix: '请设置 gateway.auth.password，或把 gateway.auth.mode 设为 token。',
  },
  scope_mismatch: {
    title: '设备令牌权限不足',
    cause: '设备令牌正确，但程序请求的权限超出了该令牌的权限。',
    fix: '请让程序用网关令牌连接一次，或为该设备批准更多权限。',
  },
  rate_limited: {
    title: '失败次数过多',
    cause: '短时间内出现了很多错误的凭据，因此暂时不再接受新的尝试。',
    fix: '请更正反复尝试的程序所用的凭据，此前的拒绝记录会指出是哪个程序。',
  },
  device_id_mismatch: {
    title: '设备名与密钥不符',
    cause: '设备声称的身份不属于它的密钥。',
    fix: '请在该程序中删除已保存的设备身份，让它重新生成。',
  },
  device_signature_stale: {
    title: '时钟不准',
    cause: '设备签名所用的时间与本机相差两分钟以上。',
    fix: '请校准该设备或本机的时钟。',
  },
  device_nonce_missing: {
    title: '设备证明不完整',
    cause: '设备没有回应此连接的质询。',
    fix: '请更新该程序。',
  },
  device_nonce_mismatch: {
    title: '另一连接的设备证明',
    cause: '设备回应的是另一个连接的质询。被重放的消息也会如此。',
    fix: '请更新该程序。如果您不认识它，请先查明它是什么。',
  },
  device_signature: {
    title: '设备签名错误',
    cause: '签名与设备发送的内容不符，因此没有证明其身份。',
    fix: '请更新该程序，或删除其已保存的设备身份，让它重新生成。',
  },
  device_public_key: {
    title: '设备密钥不可接受',
    cause: '设备的密钥格式不对，或属于任何人都能签名的类型。',
    fix: '请在该程序中删除已保存的设备身份，让它重新生成。',
  },
  not_paired: {
    title: '设备等待批准',
    cause: '该设备首次出现，尚未批准。',
    fix: '请在“凭据”页批准或拒绝。',
  },
  role_upgrade: {
    title: '设备请求其他角色',
    cause: '该设备已配对，但请求的角色未获批准。',
    fix: '请在“凭据”页批准或拒绝该请求。',
  },
  scope_upgrade: {
    title: '设备请求更多权限',
    cause: '该设备已配对，但请求的权限超出已批准的范围。',
    fix: '请在“凭据”页批准或拒绝该请求。',
  },
  metadata_upgrade: {
    title: '设备已变化',
    cause: '设备声称所在的系统与批准时不同。',
    fix: '如果属实，请在“凭据”页重新批准；否则请拒绝并移除该设备。',
  },
  pairing_unavailable: {
    title: '设备列表不可用',
    cause: '当时无法读取或写入已配对设备的列表。',
    fix: '请检查磁盘空间，以及数据文件夹是否可写。',
  },
  path_not_found: {
    title: '地址不存在',
    cause: '程序请求的路径不由网关提供。',
    fix: '请使用状态栏中的地址，端口之后不要添加任何内容。',
  },
  host_not_allowed: {
    title: '主机名不允许',
    cause: '请求使用了本机以外的主机名。网页会用这种方式访问本机程序（DNS 重绑定）。',
    fix: '请连接 127.0.0.1 或 localhost。如果您没有启动这样的程序，请关闭发出请求的网页。',
  },
  origin_not_allowed: {
    title: '网页不允许',
    cause: '请求来自一个网页，其来源不在允许列表中。',
    fix: '如果信任该网页，请把其来源加入 settings.json 的 gateway.controlUi.allowedOrigins；否则请关闭它。',
  },
  bad_upgrade: {
    title: '不是 WebSocket 请求',
    cause: '请求没有正确要求建立 WebSocket。浏览器、端口扫描和健康检查常会如此。',
    fix: '如果是浏览器或扫描，无需处理。客户端须用 ws:// 连接，而不是 http://。',
  },
  secret_in_url: {
    title: '凭据写在地址里',
    cause: '程序把凭据放进了 URL，会被日志和历史记录保存。未经读取即已拒绝。',
    fix: '请让程序在连接消息中发送令牌。如果那是网关令牌，请按泄露轮换。',
  },
  preauth_budget: {
    title: '等待中的连接过多',
    cause: '同时有过多连接没有表明身份，因此断开了其中最早的一个。',
    fix: '请查找不断重复连接的程序，通常就是此日志中记录最多的客户端。',
  },
  handshake_timeout: {
    title: '未及时表明身份',
    cause: '连接已打开，但在期限内没有收到连接消息。',
    fix: '请确认程序使用 OpenClaw 协议，并且没有停在调试器中或休眠。',
  },
  closed_before_connect: {
    title: '连接前已离开',
    cause: '程序在发送连接消息之前关闭了连接。端口检查常会如此。',
    fix: '偶尔发生无需处理。如果反复发生，请查看该程序的日志。',
  },
  frame_too_large: {
    title: '消息过大',
    cause: '第一条消息超过了网关对未知程序的限制。',
    fix: '请确认程序使用 OpenClaw 协议。连接消息应当很小。',
  },
  frame_not_text: {
    title: '不是文本消息',
    cause: '第一条消息是二进制的，而协议使用文本。',
    fix: '请确认程序使用 OpenClaw 协议。',
  },
  frame_malformed: {
    title: '消息无法解析',
    cause: '第一条消息不是有效的 JSON，或不符合协议的格式。',
    fix: '请确认程序使用 OpenClaw 协议，并更新它。',
  },
  not_connect: {
    title: '未连接先请求',
    cause: '第一条消息不是连接请求。在检查凭据之前，网关不回答任何请求。',
    fix: '请更新该程序。如果是您自己编写的，请先发送 connect。',
  },
  invalid_connect_params: {
    title: '连接消息不完整',
    cause: '连接消息缺少字段，或含有协议不允许的值。',
    fix: '请更新该程序。它收到的答复会指出是哪个字段。',
  },
  protocol_mismatch: {
    title: '协议版本不支持',
    cause: '程序使用的协议版本不受此网关支持。',
    fix: '请使用支持协议 3 或 4 的 OpenClaw 版本。',
  },
  invalid_role: {
    title: '未知角色',
    cause: '程序请求的角色在此网关中不存在。',
    fix: '请以 operator 角色连接。',
  },
  device_identity_required: {
    title: '没有设备身份',
    cause: '以这种方式连接必须证明设备身份，而程序没有证明。',
    fix: '请更新该程序，或让它在本机用网关令牌连接。',
  },
  gateway_starting: {
    title: '网关正在启动',
    cause: '程序连接时网关尚未启动完成。',
    fix: '无需处理，程序会自行重试。',
  },
  gateway_stopping: {
    title: '网关正在停止',
    cause: '程序连接时网关正在停止。',
    fix: '无需处理。需要时再次启动网关。',
  },
};

export const presentedZh: Readonly<Record<PresentedAs, PresentedText>> = {
  current: { label: '当前令牌' },
  grace: { label: '上一个令牌，仍在宽限期内' },
  'previous-generation': {
    label: '已停用的旧令牌',
    cause: '程序仍在使用轮换之前的令牌。',
    fix: '请在“凭据”页复制当前令牌，替换该程序中的旧令牌。请检查其配置、环境变量和服务文件。',
  },
  placeholder: {
    label: '占位文字，不是令牌',
    cause: '程序出示的是“your-token-here”之类的示例文字。',
    fix: '请在“凭据”页复制令牌，替换示例文字。',
  },
  quoted: {
    label: '当前令牌，但前后多了引号或空格',
    cause: '令牌本身正确，但带上了引号、空格或换行。',
    fix: '请去掉令牌前后的引号和空格。环境变量文件常把引号当作值的一部分。',
  },
  truncated: {
    label: '当前令牌的开头部分',
    cause: '令牌在复制或保存时被截断。',
    fix: '请在“凭据”页重新复制完整的令牌。',
  },
  'setup-code': {
    label: '设置码',
    cause: '程序在需要令牌的地方出示了配对码。',
    fix: '请使用“凭据”页的网关令牌。',
  },
  'device-token': {
    label: '设备令牌',
    cause: '程序出示的令牌属于某个已配对的设备，只有与该设备的证明一起才有效。',
    fix: '请使用“凭据”页的网关令牌。',
  },
  empty: {
    label: '空文本',
    cause: '程序发送了令牌，但内容为空，通常是变量被设为空值。',
    fix: '请在该程序中设置令牌，或删除空变量。',
  },
  unknown: {
    label: '此网关从未有过的令牌',
    cause: '该令牌属于另一个网关，或是手工编写的，从来不是此网关的令牌。',
    fix: `${USE_TOKEN}如果您的所有程序都已共用那个令牌，可以改为采用它。`,
  },
  none: { label: '无' },
};

export const secretProblemsZh: Readonly<Record<SecretProblem, string>> = {
  empty: '剪贴板中没有文本。请先复制令牌。',
  'too-short': '少于 24 个字符，可能被猜到。',
  'too-weak': '过于规律，可能被猜到。请使用随机的令牌。',
  placeholder: '这是示例文字，不是令牌。',
  redaction: '这是 [secret] 或 *** 之类的遮盖值，不是令牌本身。',
  characters: '含有令牌中不允许的字符（如空格或换行），或者过长。',
  unchanged: '这就是正在使用的令牌。',
  'in-use': '它已是此处某个渠道或任务的密钥。每处都要有自己的密钥。',
  reused: '它曾是此网关的令牌，已经停用。请使用新的令牌。',
};

export const failuresZh: Readonly<Record<FailureClass, string>> = {
  auth: '凭据错误或缺失',
  config: '设置不完整',
  permission: '缺少权限',
  kicked: '被另一个连接取代',
  banned: '账户被封禁',
  rate_limited: '请求过多',
  network: '无法连接',
  server: '对方出错',
  protocol: '消息未被接受',
};

export const errorsZh: Readonly<Record<ErrorCode, string>> = {
  storage_full: '磁盘已满，没有做任何更改。',
  storage_readonly: '数据文件夹不可写，没有做任何更改。',
  storage_failed: '写入数据文件夹失败，没有做任何更改。',
  locked: '无法读取已存储的令牌，因此不能更改。',
  stopped: '应用正在退出。',
  not_trusted: '此窗口无权执行该操作。',
  unknown_call: '面板与应用的版本不一致。请重新启动 Gatehouse。',
  unknown_channel: '没有这个渠道。',
  unknown_account: '没有这个账户。',
  unknown_request: '该请求已不存在：已失效，或已在别处答复。',
  unknown_device: '该设备已不存在：其间已被移除。',
  unknown_job: '该任务已不存在：其间已被删除，或已最后一次运行。',
  changed: '显示之后内容已改变，请重新查看。',
  denied: '该令牌已不存在。',
  no_secret: '无法读取或保存签名密钥，详见日志。',
  unsupported: '此渠道不支持该操作。',
  clipboard_changed: '剪贴板在检查之后已变化，请再次检查。',
  not_ready: '还没有可用的令牌。',
  not_listening: '网关未运行。',
  invalid_params: '不允许此值。',
  no_answer: '应用没有及时应答，请重试。',
  internal: '应用内部出错，详情见其日志。',
};
