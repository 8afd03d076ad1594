// The panel says every sentence of core and its channel adapters in the reader's language, and leaves the vendor's own
// words alone. The sources are the list of sentences: a new one without Chinese fails here.

import { describe, expect, it } from 'vitest';
import { discordClosed } from '../../electron/core/channels/adapters/discord/close-codes';
import {
  activationFailure,
  credentialFailure,
  endpointFailure,
  callFailure as feishuCall,
  VENDORS,
} from '../../electron/core/channels/adapters/feishu/feishu-failures';
import { qqClosed } from '../../electron/core/channels/adapters/qqbot/close-codes';
import { apiFailure, tokenFailure } from '../../electron/core/channels/adapters/qqbot/qq-errors';
import {
  LINK_DISABLED,
  otherClients,
  scopeWarnings,
  callFailure as slackCall,
  sendFailure as slackSend,
} from '../../electron/core/channels/adapters/slack/slack-failures';
import { refusalError } from '../../electron/core/channels/adapters/telegram/telegram-failures';
import {
  closeFailure,
  KICKED,
  subscribeFailure,
  sendFailure as wecomSend,
} from '../../electron/core/channels/adapters/wecom/wecom-failures';
import { malformed } from '../../electron/core/channels/adapters/weixin/ilink-client';
import type { EpochFailure } from '../../electron/core/channels/channel-adapter';
import { networkFailure, statusFailure, timeoutFailure } from '../../electron/core/channels/net/failures';
import { cleanForeignText } from '../../electron/core/lib/foreign-text';
import { coreText } from '../../renderer/i18n/core-text';
import { coreTextsZh } from '../../renderer/i18n/zh-CN/core-texts';
import { sourceFiles } from '../helpers/source-imports';
import { isSentence, textsIn } from '../helpers/source-sentences';

const SOURCES = [
  ...sourceFiles(['electron/core/channels'], /\.ts$/),
  // What became of a task.
  ...['cron', 'delivery', 'job-run', 'signing-secret'].map((name) => `electron/core/cron/${name}.ts`),
  // What a webhook account says about its replies.
  'electron/core/lib/webhook-post.ts',
  'electron/core/lib/webhook-target.ts',
  'shared/model/channel-kinds.ts',
  'shared/model/channel-settings.ts',
];

/** Sentences, or what looks like one, that the panel never shows. */
const NOT_SHOWN: readonly string[] = [
  // HTTP headers, and a word of the vendor that is looked for.
  'Bearer {}',
  'Bot {}',
  'QQBot ',
  'DiscordBot (gatehouse, 1)',
  'application/json; charset=utf-8',
  'POST, HEAD',
  ', hint:',
  // For programs that deliver to a webhook, in the answer to them.
  'Missing or wrong secret.',
  'Missing or wrong signature.',
  'X-Timestamp is not Unix time in seconds within 5 minutes of the clock here.',
  'Browsers may not deliver here.',
  'No query string: send the secret in a header, and make a new one if it was in the URL.',
  'Deliver with POST.',
  'Try again in {} s.',
  'This account is stopped.',
  // For clients of the gateway, as upstream words them.
  'Discord bot',
  'Feishu / Lark bot',
  'Inbound webhook',
  'Personal WeChat (iLink bot)',
  'QQ Bot (open platform)',
  'Slack Socket Mode',
  'Telegram bot',
  'WeCom smart bot',
  'not configured',
  'the last probe failed',
  '{}/{}: the probe has not finished',
  'the probe timed out',
  // Of tasks: log lines, what connected programs or a conversation get, and what the Tasks page says in its own words.
  'cron: job removed',
  'cron: job {}',
  'cron is not running',
  'system event queued: {}',
  '{} times in a row',
  'The task "{}" has failed {}: {}',
  'missed: was due {}, waits for its next time',
  'its last run is not over',
  'interrupted: the gateway ended while it ran',
  'the job has changed meanwhile: load it again',
  'unknown cron job id: {}',
  // Names in the redactor's book.
  'channel being set up',
  'channel {}/{} saved',
  'channel {}/{}',
  'channel {} new',
];

const written = new Set(SOURCES.flatMap(textsIn));
const bare = (template: string) => template.replace(/\{\w+\}/g, '{}');
const holes = (template: string) => template.match(/\{\w+\}/g) ?? [];
const zh = (text: string) => coreText(text, { locale: 'zh-CN' });
const en = (text: string) => coreText(text, { locale: 'en' });

describe('the Chinese of core’s sentences', () => {
  const known = new Set(Object.keys(coreTextsZh).map(bare));

  it('is there for every sentence in the sources', () => {
    expect(written.size).toBeGreaterThan(known.size);
    const missing = [...written].filter(isSentence).filter((text) => !known.has(text));
    expect(missing.filter((text) => !NOT_SHOWN.includes(text))).toEqual([]);
  });

  it('is there for no other sentence, and for each once', () => {
    expect([...known, ...NOT_SHOWN].filter((text) => !written.has(text))).toEqual([]);
    expect(NOT_SHOWN.filter((text) => known.has(text))).toEqual([]);
    expect(known.size).toBe(Object.keys(coreTextsZh).length);
  });

  it('is Chinese, without mark-up of its own, emoji and exclamation', () => {
    for (const [english, text] of Object.entries(coreTextsZh)) {
      // Some are nothing but punctuation between two holes.
      if (/[a-z]/i.test(bare(english))) expect(text, english).toMatch(/\p{Script=Han}/u);
      expect(text, english).not.toMatch(/\p{Extended_Pictographic}|[!\uff01]/u);
      expect(text.replace(/<(secret|hex|X-Timestamp|原始正文)>/g, ''), english).not.toMatch(/[<>]/);
    }
  });

  it('is found by its own sentence, with all that was filled in', () => {
    for (const [english, text] of Object.entries(coreTextsZh)) {
      expect([...new Set(holes(text))].sort(), english).toEqual([...new Set(holes(english))].sort());
      const ours = english.replace(/\{(sentence|phrase)\}/g, 'heartbeat answered');
      const oursZh = text.replace(/ ?\{(sentence|phrase)\} ?/g, '心跳有应答');
      const fill = (template: string) => template.replace(/\{(\w+)\}/g, (_hole, name) => `X-${name}`);
      expect(zh(fill(ours)), english).toBe(fill(oursZh));
    }
  });
});

/** Every failure that the pure parts of the adapters and of the net can make out of these codes. */
function failures(): readonly EpochFailure[] {
  const reply = (status: number, body: object = {}) => ({ status, headers: {}, text: JSON.stringify(body) });
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const systemError = (code: string) => Object.assign(new Error('x'), { code });
  const slackCodes =
    'invalid_auth not_authed not_allowed_token_type missing_scope token_revoked account_inactive token_expired user_removed_from_team team_disabled org_login_required access_denied ratelimited fatal_error channel_not_found not_in_channel is_archived msg_too_long restricted_action';
  const qqCodes = [
    100001, 100002, 100007, 100016, 10004, 11243, 11245, 11251, 11253, 11265, 11298, 22009, 304003, 304018,
    304027, 40034102, 777,
  ];
  const feishuCodes = [99991663, 230011, 99991672, 11205, 230006, 230002, 230013, 230020, 230001, 777];
  const refusals = [853000, 93019, 40058, 93006, 45009, 777].map((code) => ({ code, words: 'odd' }));
  return [
    ...['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENETDOWN', 'CERT_HAS_EXPIRED', 'HPE_X', 'X']
      .map(systemError)
      .map((error) => networkFailure(error, 'the proxy 10.0.0.1:3128')),
    timeoutFailure('open.feishu.cn', 10_000),
    ...[400, 401, 403, 407, 429, 500].map((status) => statusFailure(reply(status), 'WeChat')),
    ...slackCodes
      .split(' ')
      .flatMap((code) => [slackCall(code, 'app'), slackCall(code, 'bot'), slackSend(code)]),
    ...scopeWarnings('files:read'),
    otherClients(3),
    LINK_DISABLED,
    ...range(4000, 4015).flatMap((code) => [discordClosed(code).failure, qqClosed(code).failure]),
    ...[4900, 4914, 4915].map((code) => qqClosed(code).failure),
    ...qqCodes.flatMap((code) => [
      tokenFailure(reply(200, { code, message: 'odd' })),
      apiFailure(reply(400, { code, message: 'odd' })),
    ]),
    ...Object.values(VENDORS).flatMap((vendor) => [
      ...[514, 403, 1000040350, 777].map((code) => endpointFailure(vendor, code, 'cli_short')),
      ...feishuCodes.map((code) => feishuCall(vendor, code, 'odd')),
      ...[0, 1, 3, 4, 5, 6, 9].flatMap((status) => activationFailure(vendor, status) ?? []),
      credentialFailure(vendor, 10003, 'cli_0123456789abcdef'),
    ]),
    ...[401, 404, 409, 429, 403, 400, 418, 502].map(
      (code) => refusalError({ code, description: 'Bad Request: odd' }).failure,
    ),
    refusalError({ code: 409, description: 'can’t use getUpdates while webhook is active' }).failure,
    ...refusals.flatMap((refusal) => [subscribeFailure(refusal).failure, wecomSend(refusal)]),
    ...[1006, 1011].map((code) => closeFailure({ code, reason: 'odd' })),
    KICKED,
    malformed('something that is not JSON'),
  ];
}

describe('what adapters say of a failure', () => {
  const said = failures().flatMap(({ message, fix }) => [message, ...(fix === undefined ? [] : [fix])]);

  it('leaves no English clause in Chinese', () => {
    for (const text of said) {
      expect(zh(text), text).toMatch(/\p{Script=Han}/u);
      expect(zh(text), text).not.toMatch(/[a-z]{2,} [a-z]{2,}/);
    }
  });

  it('is never so long that core cuts it', () => {
    const whole = [...said, ...[...written].filter(isSentence)];
    expect(whole.filter((text) => cleanForeignText(text) !== text)).toEqual([]);
  });
});

describe('a text of core', () => {
  it.each([
    ['heartbeat answered', '心跳有应答'],
    ['READY received', '收到 READY'],
    ['open.feishu.cn could not be found (DNS: ENOTFOUND)', '找不到 open.feishu.cn（DNS：ENOTFOUND）'],
    ['Feishu asks to slow down (HTTP 429)', '飞书要求降低频率（HTTP 429）'],
    ['Lark asks to slow down (HTTP 429)', 'Lark 要求降低频率（HTTP 429）'],
    ['the proxy 10.0.0.1:3128 did not answer', '代理 10.0.0.1:3128 没有应答'],
    [
      'api.telegram.org did not answer within 15 s; the text may have been sent',
      'api.telegram.org 在 15 秒内没有应答；消息可能已经发出',
    ],
    ['Slack rejected the app token (xapp-…): invalid_auth', 'Slack 拒绝了应用令牌（xapp-…）：invalid_auth'],
    [
      'Not set up yet: appId and appSecret are missing. Fill them in on the Channels page.',
      '尚未设置：缺少 appId 和 appSecret。请在“渠道”页面填写。',
    ],
    ['Telegram answered something that is not a bot', 'Telegram 的应答不符合预期：不是机器人的资料'],
    [
      'A delivery was refused: The body is not JSON in UTF-8.',
      '有一次投递被拒绝：正文不是 UTF-8 编码的 JSON。',
    ],
    [
      'not announced: Telegram rejected the bot token (code 401). Copy the whole token from @BotFather: digits, a colon, then about 35 characters. If an API root is set, check that too.',
      '未能发送到对话：Telegram 拒绝了机器人令牌（代码 401）。请从 @BotFather 复制完整的令牌：数字、冒号，然后约 35 个字符。如果填写了 API 根地址，也请检查它。',
    ],
    ['webhook not delivered: the target answered 500', '未能投递到网络地址：对方返回了 500'],
    ['not announced: chat not found', 'not announced: chat not found'],
  ])('%s is %s', (text, chinese) => {
    expect(zh(text)).toBe(chinese);
  });

  it('keeps the vendor’s own words, even where they are the same as ours', () => {
    const refused = (words: string) => `Telegram refused this: ${words} (code 400)`;
    expect(zh(refused('chat not found'))).toBe('Telegram 拒绝了此操作: chat not found（代码 400）');
    expect(zh(refused('the text is empty'))).toBe('Telegram 拒绝了此操作: the text is empty（代码 400）');
    expect(zh('Something nobody here has written')).toBe('Something nobody here has written');
    expect(zh('Something nobody here has written (code 5)')).toBe(
      'Something nobody here has written (code 5)',
    );
    expect(zh('机器人 已停用')).toBe('机器人 已停用');
  });

  it('is one line without control characters in every language', () => {
    expect(zh('heartbeat\u0000 answered\u202e')).toBe('心跳有应答');
    expect(en('\u0007open.feishu.cn cut the connection')).toBe('open.feishu.cn cut the connection');
  });

  it('begins with a capital in English where it begins with a word', () => {
    expect(en('heartbeat answered')).toBe('Heartbeat answered');
    expect(en('stopped')).toBe('Stopped');
    expect(en('appId is missing')).toBe('appId is missing');
    expect(en('slack.com cut the connection')).toBe('slack.com cut the connection');
  });
});
