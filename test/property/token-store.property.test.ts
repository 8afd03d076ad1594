import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { systemRandom } from '../../electron/core/lib/random';
import { Redactor } from '../../electron/core/lib/redactor';
import { Secret } from '../../electron/core/lib/secret';
import { fingerprintOf } from '../../electron/core/tokens/fingerprint';
import { generateToken } from '../../electron/core/tokens/token-format';
import { MAX_SECRET_CHARACTERS, secretProblem } from '../../electron/core/tokens/token-policy';
import { startedStore } from '../core/tokens/harness';

const PROBLEMS = [undefined, 'empty', 'redaction', 'placeholder', 'characters', 'too-short', 'too-weak'];

const printable = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 8,
  maxLength: 80,
});

describe('SEC-9: nothing that a redactor can emit becomes the token', () => {
  it('for every secret s, adopting redact(s) is refused and changes nothing', async () => {
    const { tokens, repository } = await startedStore();
    const { saves } = repository;
    await fc.assert(
      fc.asyncProperty(
        printable,
        fc.constantFrom('', 'token=', 'Bearer ', '{"token":"'),
        printable,
        async (secret, before, after) => {
          const redactor = new Redactor();
          redactor.set('some', [secret]);
          for (const text of [
            secret,
            before + secret,
            `${secret}${after}`,
            `${before}${secret}"}`,
            Buffer.from(secret).toString('base64'),
          ]) {
            const redacted = redactor.redact(text);
            expect(redacted).toContain('[secret]');
            const adopted = await tokens.adopt({ secret: new Secret(redacted), graceMs: 0, by: 'panel' });
            expect(adopted).toMatchObject({ ok: false, error: { code: 'refused' } });
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(repository.saves).toBe(saves);
  });

  it('a generated token always passes the policy', () => {
    for (let i = 0; i < 20_000; i += 1) expect(secretProblem(generateToken(systemRandom))).toBeUndefined();
  });

  it('the policy judges any text without throwing, and always in the same way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const problem = secretProblem(text);
        expect(PROBLEMS).toContain(problem);
        expect(secretProblem(text)).toBe(problem);
      }),
      { numRuns: 2_000 },
    );
  });

  it('the policy looks at no more of a text than a secret may be long', () => {
    const looked: number[] = [];
    const { exec } = RegExp.prototype;
    const spy = vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function counted(this: RegExp, text) {
      looked.push(text.length);
      return Reflect.apply(exec, this, [text]);
    });
    try {
      expect(secretProblem('change'.repeat(200_000))).toBe('characters');
      expect(secretProblem('changeme'.repeat(128))).toBe('placeholder');
    } finally {
      spy.mockRestore();
    }
    expect(Math.max(...looked)).toBe(MAX_SECRET_CHARACTERS);
  });
});

describe('SEC-17: a fingerprint tells nothing of the token', () => {
  it('shares no four-character run with it beyond chance (10,000 tokens), and differs between installations', () => {
    const [key, otherKey] = [systemRandom.bytes(32), systemRandom.bytes(32)];
    let shared = 0;
    for (let i = 0; i < 10_000; i += 1) {
      const token = generateToken(systemRandom);
      const fingerprint = fingerprintOf(key, token);
      expect(fingerprint).toMatch(/^[0-9a-f]{12}$/);
      expect(fingerprintOf(otherKey, token)).not.toBe(fingerprint);
      for (let at = 0; at + 4 <= fingerprint.length; at += 1)
        if (token.includes(fingerprint.slice(at, at + 4))) shared += 1;
    }
    // Chance is 9 × 40 / 64⁴ a token: 0.2 in all. A prefix or suffix would give 10,000 and more.
    expect(shared).toBeLessThan(10);
  });
});

describe('any sequence of changes', () => {
  type Step = 'rotate' | 'grace' | 'leak' | 'retire' | 'adopt' | 'fail' | 'restart' | 'wait';
  const steps = fc.array(
    fc.constantFrom<Step>('rotate', 'grace', 'leak', 'retire', 'adopt', 'fail', 'restart', 'wait'),
    { minLength: 1, maxLength: 25 },
  );

  it('keeps memory and disk the same, generations rising by one, and verify true to a plain model', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        let current = await startedStore();
        const { repository, clock } = current;
        // The model: the secret of each generation, when it ended, how, and which one has grace.
        const secrets = [current.secret()];
        let grace: { readonly generation: number; readonly until: number } | undefined;
        const replaced = (graceMs: number) => {
          grace = graceMs > 0 ? { generation: secrets.length, until: clock.now() + graceMs } : undefined;
          secrets.push(current.secret());
        };
        for (const step of sequence) {
          const { tokens } = current;
          if (step === 'rotate') await tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
          if (step === 'grace') await tokens.rotate({ reason: 'routine', graceMs: 60_000, by: 'panel' });
          if (step === 'leak') await tokens.rotate({ reason: 'leaked', graceMs: 60_000, by: 'panel' });
          if (step === 'adopt')
            await tokens.adopt({ secret: new Secret(generateToken(systemRandom)), graceMs: 0, by: 'cli' });
          if (step === 'grace') replaced(60_000);
          if (step === 'rotate' || step === 'leak' || step === 'adopt') replaced(0);
          if (step === 'retire') {
            await tokens.retireGrace('panel');
            grace = undefined;
          }
          if (step === 'fail') {
            repository.saveError = { code: 'storage_full', detail: '' };
            await tokens.rotate({ reason: 'leaked', graceMs: 0, by: 'panel' });
            repository.saveError = undefined;
          }
          if (step === 'restart') {
            await tokens.stop();
            current = await startedStore(repository, clock);
          }
          if (step === 'wait') clock.advance(25_000);
          if (grace && clock.now() >= grace.until) grace = undefined;

          const now = current.tokens;
          expect(now.generation).toBe(secrets.length);
          expect(repository.stored?.generation).toBe(secrets.length);
          expect(repository.stored?.secret.expose()).toBe(current.secret());
          secrets.forEach((secret, index) => {
            const generation = index + 1;
            const expected = generation === secrets.length || generation === grace?.generation;
            expect(now.isAccepted(generation)).toBe(expected);
            expect(now.verify(secret, secrets.length).ok).toBe(expected);
          });
        }
        await current.tokens.stop();
      }),
      { numRuns: 150 },
    );
  });
});
