// The Simplified Chinese catalogue. Its type demands every text that English has.

import type { Language, Messages } from './catalogue';
import { authLogZh } from './zh-CN/auth-log';
import { channelsZh } from './zh-CN/channels';
import { credentialsZh } from './zh-CN/credentials';
import { devicesZh, rolesZh, scopesZh } from './zh-CN/devices';
import { errorsZh, failuresZh, presentedZh, reasonsZh, secretProblemsZh } from './zh-CN/explain';
import { overviewZh } from './zh-CN/overview';
import { settingsZh } from './zh-CN/settings';
import { shellZh } from './zh-CN/shell';
import { tasksZh } from './zh-CN/tasks';

export const messagesZh: Messages = {
  ...shellZh,
  ...overviewZh,
  ...channelsZh,
  ...authLogZh,
  ...credentialsZh,
  ...devicesZh,
  ...tasksZh,
  ...settingsZh,
};

export const simplifiedChinese: Language = {
  locale: 'zh-CN',
  messages: messagesZh,
  reasons: reasonsZh,
  presented: presentedZh,
  secretProblems: secretProblemsZh,
  failures: failuresZh,
  scopes: scopesZh,
  roles: rolesZh,
  errors: errorsZh,
};
