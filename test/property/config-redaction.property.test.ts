import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REDACTED, redactDocument, redactRaw, restoreRedacted } from '../../electron/core/config/redaction';
import { LOCAL, startConfig } from '../core/config/harness';

const key = fc.oneof(
  fc.constantFrom(
    'token',
    'secret',
    'password',
    'apiKey',
    'name',
    'url',
    'list',
    '__proto__',
    'constructor',
    '1',
  ),
  fc.string({ maxLength: 6 }),
);
const leaf = fc.oneof(fc.string({ maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('object'), fc.array(tie('value'), { maxLength: 3 })),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
}));
const document = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs));
const canary = fc.uuid().map((id) => `canary-${id}`);

function texts(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(texts);
}

describe('SEC-9: a redacted view that is sent back changes no secret', () => {
  it('for every document d, restore(redact(d), d) is d', () => {
    fc.assert(
      fc.property(document, (stored) => {
        fc.pre(!JSON.stringify(stored).includes(REDACTED));
        const view = JSON.parse(JSON.stringify(redactDocument(stored, [])));
        const restored = restoreRedacted(view, stored, []);
        expect(restored.problems).toEqual([]);
        expect(JSON.stringify(restored.document)).toBe(JSON.stringify(stored));
      }),
      { numRuns: 2_000 },
    );
  });

  it('for every view sent against every other document, no placeholder gets through as a value', () => {
    fc.assert(
      fc.property(document, document, (one, other) => {
        fc.pre(!JSON.stringify([one, other]).includes(REDACTED));
        const restored = restoreRedacted(redactDocument(one, []), other, []);
        if (restored.problems.length === 0) expect(JSON.stringify(restored.document)).not.toContain(REDACTED);
      }),
      { numRuns: 2_000 },
    );
  });

  it('every view of a real home, saved whole or as a patch, leaves credential, vault and file as they were', async () => {
    const { config, token, vault, set, patch, onDisk } = await startConfig({
      file: {
        channels: { telegram: { botToken: 'kept-1' } },
        hooks: [{ secret: 'kept-2' }],
        count: { token: 5 },
      },
    });
    await patch({ channels: { webhook: { secret: 'wH5-channel-Qa77_pprT31-yUee20' } } });
    const before = { token: token(), hook: vault.get('webhook/default')?.expose(), file: await onDisk() };
    for (const name of ['parsed', 'sourceConfig', 'resolved', 'config', 'runtimeConfig'] as const) {
      const view = config.get()[name];
      expect(await set(view)).toMatchObject({ ok: true });
      expect(await patch(view)).toMatchObject({ ok: true });
      const after = config.get();
      expect({ token: token(), hook: vault.get('webhook/default')?.expose() }).toEqual({
        token: before.token,
        hook: before.hook,
      });
      expect(JSON.stringify(after)).not.toMatch(/kept-[12]/);
      if (name !== 'runtimeConfig') expect(await onDisk()).toMatchObject(before.file as object);
    }
    const refused = await config.set({
      ...LOCAL,
      raw: `{"gateway":{"auth":{"token":"${REDACTED}!"}}}`,
      baseHash: config.get().hash,
    });
    expect(refused.ok).toBe(false);
  });
});

describe('SEC-47: no secret leaves in any view', () => {
  it('whatever the document around it', () => {
    fc.assert(
      fc.property(document, canary, canary, fc.boolean(), (around, known, unknown, pretty) => {
        const whole = { ...around, zToken: unknown, z: { note: `a ${known} b`, [known]: [known] } };
        const text = JSON.stringify(whole, undefined, pretty ? 2 : 0);
        const raw = redactRaw(text, whole, [known]);
        const shown = JSON.stringify([redactDocument(whole, [known]), raw]);
        expect(shown).not.toContain(known);
        expect(shown).not.toContain(unknown);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the raw text, when it is shown, holds nothing that the redacted document does not hold', () => {
    let shown = 0;
    fc.assert(
      fc.property(document, (stored) => {
        const raw = redactRaw(JSON.stringify(stored, undefined, 2), stored, []);
        if (raw === null) return;
        shown += 1;
        expect(texts(JSON.parse(raw))).toEqual(texts(redactDocument(stored, [])));
      }),
      { numRuns: 1_000 },
    );
    expect(shown).toBeGreaterThan(100);
  });
});
