// The Simplified Chinese catalogue. Its type demands every text that English has.

import type { Language, Messages } from './catalogue';
import { authLogZh } from './zh-CN/auth-log';
import { channelsZh } from './zh-CN/channels';
import { credentialsZh } from './zh-CN/credentials';
import { errorsZh, failuresZh, presentedZh, reasonsZh, secretProblemsZh } from './zh-CN/explain';
import { overviewZh } from './zh-CN/overview';
import { settingsZh } from './zh-CN/settings';
import { shellZh } from './zh-CN/shell';

export const messagesZh: Messages = {
  ...shellZh,
  ...overviewZh,
  ...channelsZh,
  ...authLogZh,
  ...credentialsZh,
  ...settingsZh,
};

export const simplifiedChinese: Language = {
  locale: 'zh-CN',
  messages: messagesZh,
  reasons: reasonsZh,
  presented: presentedZh,
  secretProblems: secretProblemsZh,
  failures: failuresZh,
  errors: errorsZh,
};
