// Turns keys, numbers and instants into words of one language. Pure: no DOM, no clock of its own. Every number
// and age on screen goes through here so that both languages stay right.

import type { IpcError } from '../../shared/ipc/contract';
import type { Language, Locale, MessageKey, MessageParams } from './catalogue';
import { coreText } from './core-text';
import { english } from './messages.en';
import { simplifiedChinese } from './messages.zh-CN';

const LANGUAGES: Readonly<Record<Locale, Language>> = { en: english, 'zh-CN': simplifiedChinese };

const SECOND = 1_000;
const JUST_NOW = 1.5 * SECOND;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Chinese has a space between its own words and those of other scripts. */
const HAN = /\p{Script=Han}/u;
const LATIN_FIRST = /^[\p{Script=Latin}\p{Nd}]/u;
const LATIN_LAST = /[\p{Script=Latin}\p{Nd}]$/u;

/** An `age` of it would read "just now", or in the past: say that it happens instead. Both epoch ms. */
export function isDue(at: number, now: number): boolean {
  return at - now < JUST_NOW;
}

export interface I18n {
  readonly locale: Locale;
  readonly language: Language;
  t<K extends MessageKey>(key: K, ...args: MessageParams<K>): string;
  number(value: number): string;
  /** `3m ago`, `in 12s`, `just now`; both ends are epoch ms. Seconds only below a minute. */
  age(at: number, now: number): string;
  /** At most two units: `2h 14m`, `340ms`. Never negative. */
  duration(ms: number): string;
  /** A round duration for prose: `60 seconds`, `5 minutes`. */
  interval(ms: number): string;
  /** The exact instant, for tooltips and details. */
  instant(at: number): string;
  clock(at: number): string;
  /** An error of the bridge in this language; a message that is none of core's sentences stays English. */
  error(error: IpcError): string;
}

export function createI18n(locale: Locale): I18n {
  const language = LANGUAGES[locale];
  const plural = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' });
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const clocks = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const units = new Map<string, Intl.NumberFormat>();

  function unit(value: number, name: 'day' | 'hour' | 'minute' | 'second' | 'millisecond'): string {
    let format = units.get(name);
    if (!format) {
      format = new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow' });
      units.set(name, format);
    }
    return format.format(value);
  }

  function pair(
    ms: number,
    large: number,
    small: number,
    names: readonly [Parameters<typeof unit>[1], Parameters<typeof unit>[1]],
  ) {
    const rest = Math.floor((ms % large) / small);
    const head = unit(Math.floor(ms / large), names[0]);
    return rest === 0 ? head : `${head} ${unit(rest, names[1])}`;
  }

  function fill(text: string, params: Readonly<Record<string, string | number>>): string {
    return text.replace(/(.?)\{(\w+)\}(?=(.?))/gu, (whole, before: string, name: string, after: string) => {
      const given = params[name];
      if (given === undefined) return whole;
      const value = typeof given === 'number' ? numbers.format(given) : given;
      const first = LATIN_FIRST.test(value) && HAN.test(before) ? ' ' : '';
      const last = LATIN_LAST.test(value) && HAN.test(after) ? ' ' : '';
      return `${before}${first}${value}${last}`;
    });
  }

  return {
    locale,
    language,
    t(key, ...args) {
      const params: Readonly<Record<string, string | number>> = args[0] ?? {};
      const message = language.messages[key];
      if (typeof message === 'string') return fill(message, params);
      const form = plural.select(Number(params.count ?? 0));
      return fill(form === 'one' && message.one !== undefined ? message.one : message.other, params);
    },
    number: (value) => numbers.format(value),
    age(at, now) {
      const difference = at - now;
      const size = Math.abs(difference);
      if (size < JUST_NOW) return language.messages['common.justNow'];
      if (size < MINUTE) return relative.format(Math.trunc(difference / SECOND), 'second');
      if (size < HOUR) return relative.format(Math.trunc(difference / MINUTE), 'minute');
      if (size < DAY) return relative.format(Math.trunc(difference / HOUR), 'hour');
      return relative.format(Math.trunc(difference / DAY), 'day');
    },
    duration(ms) {
      const value = Math.max(0, ms);
      if (value < SECOND) return unit(Math.round(value), 'millisecond');
      if (value < MINUTE) return unit(Math.round(value / 100) / 10, 'second');
      if (value < HOUR) return pair(value, MINUTE, SECOND, ['minute', 'second']);
      if (value < DAY) return pair(value, HOUR, MINUTE, ['hour', 'minute']);
      return pair(value, DAY, HOUR, ['day', 'hour']);
    },
    interval(ms) {
      const seconds = Math.round(ms / SECOND);
      const [value, name] =
        seconds >= 120 && seconds % 60 === 0
          ? ([seconds / 60, 'minute'] as const)
          : ([seconds, 'second'] as const);
      return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(value);
    },
    instant: (at) => instants.format(at),
    clock: (at) => clocks.format(at),
    error(error) {
      // Adopting answers with the problem of the secret as its code.
      const known: readonly Readonly<Record<string, string>>[] = [language.errors, language.secretProblems];
      const texts = known.find((candidate) => Object.hasOwn(candidate, error.code));
      return texts?.[error.code] ?? (coreText(error.message, { locale }) || error.code);
    },
  };
}
