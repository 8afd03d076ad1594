// The shape of a language: derived from the English texts, so that a missing or extra text in another language
// is a compile error. Types only, used by t.ts and by every catalogue.

import type { PresentedAs, RefusalReason } from '../../shared/model/auth-event';
import type { FailureClass } from '../../shared/model/channel';
import type { DeviceRole } from '../../shared/model/device';
import type { SecretProblem } from '../../shared/model/token';
import type { Scope } from '../../shared/protocol/scopes';
import type { errorsEn } from './en/explain';
import type { messagesEn } from './messages.en';

export type Locale = 'en' | 'zh-CN';

export interface ReasonText {
  /** Two to five words, for lists. */
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}

export interface PresentedText {
  readonly label: string;
  /** Only for classes that explain a refusal by themselves; otherwise the reason's text stands. */
  readonly cause?: string;
  readonly fix?: string;
}

export interface PluralForms {
  readonly one?: string;
  readonly other: string;
}

type English = typeof messagesEn;
export type MessageKey = keyof English;
export type ErrorCode = keyof typeof errorsEn;

/** Plural where English is plural, plain where it is plain. */
export type Messages = { readonly [K in MessageKey]: English[K] extends string ? string : PluralForms };

type ParamNames<S> = S extends `${string}{${infer P}}${infer Rest}` ? P | ParamNames<Rest> : never;
type TextOf<K extends MessageKey> = English[K] extends { readonly other: infer S } ? S : English[K];

/** What `t(key)` needs besides the key, read off the `{placeholders}` of the English text. */
export type MessageParams<K extends MessageKey> = [ParamNames<TextOf<K>>] extends [never]
  ? English[K] extends string
    ? []
    : [params: { readonly count: number }]
  : [params: { readonly [P in ParamNames<TextOf<K>>]: P extends 'count' ? number : string | number }];

export interface Language {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly reasons: Readonly<Record<RefusalReason, ReasonText>>;
  readonly presented: Readonly<Record<PresentedAs, PresentedText>>;
  readonly secretProblems: Readonly<Record<SecretProblem, string>>;
  readonly failures: Readonly<Record<FailureClass, string>>;
  /** Continue a sentence: "It may …". */
  readonly scopes: Readonly<Record<Scope, string>>;
  readonly roles: Readonly<Record<DeviceRole, string>>;
  readonly errors: Readonly<Record<ErrorCode, string>>;
}
