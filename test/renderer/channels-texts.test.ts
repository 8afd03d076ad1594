// Every channel and field of the table has its texts in both languages; a failure keeps class, words and fix apart.

import { describe, expect, it } from 'vitest';
import { failureText, textAt } from '../../renderer/features/channels/channels-view';
import { createI18n } from '../../renderer/i18n/t';
import { CHANNEL_KINDS, type ChannelField } from '../../shared/model/channel-kinds';

const LANGUAGES = [createI18n('en'), createI18n('zh-CN')];

describe.each(LANGUAGES)('in $locale', (i18n) => {
  it('every channel says what it is and what one needs', () => {
    for (const { id, setUp } of CHANNEL_KINDS) {
      const parts = setUp === 'qr' ? ['name', 'what', 'need'] : ['name', 'what', 'need', 'steps'];
      for (const part of parts) expect(textAt(`kind.${id}.${part}`, i18n), `${id} ${part}`).toBeDefined();
    }
  });

  it('every field that a person fills in has a label, a help, and names for its choices', () => {
    for (const { id, setUp, fields } of CHANNEL_KINDS) {
      for (const field of fields as readonly ChannelField[]) {
        if (setUp === 'own' && field.kind === 'secret') continue;
        expect(textAt(`field.${id}.${field.key}`, i18n), `${id} ${field.key}`).toBeDefined();
        expect(textAt(`field.${id}.${field.key}.help`, i18n), `${id} ${field.key}`).toBeDefined();
        for (const choice of field.choices ?? [])
          expect(textAt(`choice.${choice}`, i18n), choice).toBeDefined();
      }
    }
  });
});

it('keeps class, words and fix of a failure apart', () => {
  const [, zh] = LANGUAGES;
  if (!zh) throw new Error('no Chinese');
  expect(failureText({ class: 'permission', message: 'no \u0007scope', fix: 'Add it.' }, zh)).toEqual({
    what: '缺少权限',
    why: 'no scope',
    fix: 'Add it.',
  });
  expect(failureText({ message: '' }, zh)).toEqual({
    what: '没有及时收到应答。',
    why: undefined,
    fix: undefined,
  });
});
