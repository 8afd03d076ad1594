// The English catalogue and, by its type, the list of all texts. Other languages must match it (catalogue.ts).

import type { Language } from './catalogue';
import { authLogEn } from './en/auth-log';
import { channelsEn } from './en/channels';
import { credentialsEn } from './en/credentials';
import { errorsEn, failuresEn, presentedEn, reasonsEn, secretProblemsEn } from './en/explain';
import { overviewEn } from './en/overview';
import { settingsEn } from './en/settings';
import { shellEn } from './en/shell';

export const messagesEn = {
  ...shellEn,
  ...overviewEn,
  ...channelsEn,
  ...authLogEn,
  ...credentialsEn,
  ...settingsEn,
} as const;

export const english: Language = {
  locale: 'en',
  messages: messagesEn,
  reasons: reasonsEn,
  presented: presentedEn,
  secretProblems: secretProblemsEn,
  failures: failuresEn,
  errors: errorsEn,
};
