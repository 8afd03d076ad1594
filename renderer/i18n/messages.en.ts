// The English catalogue and, by its type, the list of all texts. Other languages must match it (catalogue.ts).

import type { Language } from './catalogue';
import { authLogEn } from './en/auth-log';
import { channelsEn } from './en/channels';
import { credentialsEn } from './en/credentials';
import { devicesEn, rolesEn, scopesEn } from './en/devices';
import { errorsEn, failuresEn, presentedEn, reasonsEn, secretProblemsEn } from './en/explain';
import { overviewEn } from './en/overview';
import { settingsEn } from './en/settings';
import { shellEn } from './en/shell';
import { tasksEn } from './en/tasks';

export const messagesEn = {
  ...shellEn,
  ...overviewEn,
  ...channelsEn,
  ...authLogEn,
  ...credentialsEn,
  ...devicesEn,
  ...tasksEn,
  ...settingsEn,
} as const;

export const english: Language = {
  locale: 'en',
  messages: messagesEn,
  reasons: reasonsEn,
  presented: presentedEn,
  secretProblems: secretProblemsEn,
  failures: failuresEn,
  scopes: scopesEn,
  roles: rolesEn,
  errors: errorsEn,
};
