// Both catalogues are complete, use the same placeholders, and hold no mark-up, emoji or key names as texts.

import { describe, expect, it } from 'vitest';
import { OBJECTIONS } from '../../renderer/features/tasks/task-form';
import { RUN_TEXTS } from '../../renderer/features/tasks/tasks-view';
import type { Language, PluralForms } from '../../renderer/i18n/catalogue';
import { english } from '../../renderer/i18n/messages.en';
import { simplifiedChinese } from '../../renderer/i18n/messages.zh-CN';
import { createI18n } from '../../renderer/i18n/t';
import { REFUSAL_REASONS } from '../../shared/model/auth-event';
import { DEVICE_ROLES } from '../../shared/model/device';
import { OPERATOR_SCOPES } from '../../shared/protocol/scopes';
import { readSource } from '../helpers/source-imports';

const LANGUAGES: readonly Language[] = [english, simplifiedChinese];

function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'string') into.set(path, value);
  else for (const [key, inner] of Object.entries(value as object)) flatten(inner, `${path}/${key}`, into);
  return into;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const lastForm = (message: string | PluralForms) => (typeof message === 'string' ? message : message.other);

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(simplifiedChinese.messages).sort()).toEqual(Object.keys(english.messages).sort());
  });

  it('use the same placeholders for every key', () => {
    for (const [key, message] of Object.entries(english.messages)) {
      const chinese = simplifiedChinese.messages[key as keyof typeof english.messages];
      expect(placeholders(lastForm(chinese)), key).toEqual(placeholders(lastForm(message)));
    }
  });

  it('explain every refusal reason with a title, a cause and a next step', () => {
    for (const { reasons } of LANGUAGES) {
      expect(Object.keys(reasons).sort()).toEqual([...REFUSAL_REASONS].sort());
      for (const reason of REFUSAL_REASONS) {
        expect(reasons[reason].title.length, reason).toBeGreaterThan(1);
        expect(reasons[reason].cause.length, reason).toBeGreaterThan(5);
        expect(reasons[reason].fix.length, reason).toBeGreaterThan(5);
      }
    }
  });

  it('say every scope and role in plain words, none of them twice', () => {
    for (const { scopes, roles } of LANGUAGES) {
      expect(Object.keys(scopes).sort()).toEqual([...OPERATOR_SCOPES].sort());
      expect(Object.keys(roles).sort()).toEqual([...DEVICE_ROLES].sort());
      expect(new Set(Object.values(scopes)).size).toBe(OPERATOR_SCOPES.length);
      for (const text of [...Object.values(scopes), ...Object.values(roles)])
        expect(text).not.toMatch(/operator\.|scope/i);
    }
  });

  it('hold no empty text, no mark-up, no emoji and no exclamation', () => {
    for (const language of LANGUAGES) {
      for (const [path, text] of flatten(language, language.locale, new Map())) {
        expect(text.trim(), path).not.toBe('');
        expect(text, path).not.toMatch(/[<>]|\p{Extended_Pictographic}|[!\uff01]/u);
      }
    }
  });

  it('leave no English sentence in the Chinese catalogue', () => {
    const same = [...flatten(simplifiedChinese.messages, '', new Map())].filter(
      ([path, text]) => !/\p{Script=Han}/u.test(text) && / [a-z]/.test(text) && !path.includes('version'),
    );
    expect(same).toEqual([]);
  });

  // Those of the channels have a test of their own: core-text.test.ts.
  it('translate the sentences that core really writes', () => {
    const files = ['cron/cron', 'cron/schedule', 'cron/job-rules', 'lib/webhook-target', 'channels/outbound'];
    const sources = files.map((name) => readSource(`electron/core/${name}.ts`)).join('\n');
    for (const [part] of [...OBJECTIONS, ...RUN_TEXTS]) expect(sources).toContain(part);
  });
});

describe('t', () => {
  const en = createI18n('en');
  const zh = createI18n('zh-CN');

  it('picks the plural form and formats the number', () => {
    expect(en.t('strip.clients', { count: 1 })).toBe('1 client');
    expect(en.t('strip.clients', { count: 1234 })).toBe('1,234 clients');
    expect(zh.t('strip.clients', { count: 1 })).toBe('1 个客户端');
  });

  it('fills a value as it is, even when it looks like a placeholder', () => {
    expect(en.t('detail.sources.body', { name: '{name}' })).toContain('"{name}"');
  });

  it('puts a space between Chinese and a Latin word that is filled in, and none between Chinese words', () => {
    expect(zh.t('form.rejected', { vendor: 'Slack' })).toBe('被 Slack 拒绝');
    expect(zh.t('form.rejected', { vendor: '飞书' })).toBe('被飞书拒绝');
    expect(zh.t('form.rejected', { vendor: '飞书 / Lark' })).toBe('被飞书 / Lark 拒绝');
    expect(zh.t('form.checking', { vendor: 'QQ 机器人' })).toBe('正在向 QQ 机器人核实…');
    expect(zh.t('form.edit', { name: '{vendor}' })).toBe('编辑 {vendor}');
    expect(en.t('form.rejected', { vendor: '飞书' })).toBe('Rejected by 飞书');
  });

  it('says ages in one unit, rounding towards younger', () => {
    const now = 1_000_000_000_000;
    expect(en.age(now - 500, now)).toBe('just now');
    expect(en.age(now + 900, now)).toBe('just now');
    expect(en.age(now - 59_999, now)).toMatch(/^59\s?s/);
    expect(en.age(now - 119_000, now)).toMatch(/^1\s?m/);
    expect(en.age(now - 3_600_000 * 23.9, now)).toMatch(/^23\s?h/);
    expect(en.age(now - 3 * 86_400_000, now)).toMatch(/^3\s?d/);
    expect(en.age(now + 12_000, now)).toMatch(/^in 12\s?s/);
    expect(zh.age(now - 180_000, now)).toBe('3分钟前');
  });

  it('says durations in at most two units', () => {
    expect(en.duration(-5)).toBe('0ms');
    expect(en.duration(340)).toBe('340ms');
    expect(en.duration(3_600_000 * 2 + 60_000 * 14 + 5_000)).toBe('2h 14m');
    expect(en.duration(86_400_000)).toBe('1d');
    expect(en.interval(60_000)).toBe('60 seconds');
    expect(en.interval(300_000)).toBe('5 minutes');
  });

  it('words known errors and falls back to the message of unknown ones', () => {
    expect(en.error({ code: 'storage_full', message: 'x' })).toMatch(/disk is full/);
    expect(zh.error({ code: 'storage_full', message: 'x' })).toMatch(/磁盘已满/);
    expect(en.error({ code: 'too-weak', message: 'x' })).toMatch(/too regular/);
    expect(en.error({ code: 'something_new', message: 'It broke.' })).toBe('It broke.');
    expect(en.error({ code: 'constructor', message: 'It broke.' })).toBe('It broke.');
    const message = 'there is an account work\u202e already';
    expect(en.error({ code: 'something_new', message })).toBe('There is an account work already');
    expect(zh.error({ code: 'something_new', message })).toBe('已经有账户 work');
    expect(zh.error({ code: 'something_new', message: '' })).toBe('something_new');
  });
});
