// The mode over the one credential: what it resolves to, what a change does, and which passwords may be set.

import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { Secret } from '../../../electron/core/lib/secret';
import { resolveAuthMode } from '../../../electron/core/tokens/auth-mode';
import { passwordProblem } from '../../../electron/core/tokens/token-policy';
import { TokenStore } from '../../../electron/core/tokens/token-store';
import type { AuthMode } from '../../../shared/model/settings';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryRepository } from '../../helpers/memory-repository';

const PASSWORD = 'heron under the old bridge';

async function started(repository = new MemoryRepository()) {
  const setting: { mode?: AuthMode | undefined } = {};
  const tokens = new TokenStore({
    repository,
    clock: new FakeClock(),
    random: systemRandom,
    logger: silentLogger,
    redactor: new Redactor(),
    configuredMode: () => setting.mode,
  });
  await tokens.start();
  const adopt = (text: string) => tokens.adopt({ secret: new Secret(text), graceMs: 0, by: 'panel' });
  return { tokens, setting, repository, adopt };
}

describe('resolveAuthMode', () => {
  it.each([
    { configured: undefined, kind: 'token', mode: 'token' },
    { configured: undefined, kind: 'password', mode: 'password' },
    { configured: 'token', kind: 'token', mode: 'token' },
    { configured: 'password', kind: 'password', mode: 'password' },
    { configured: 'none', kind: 'token', mode: 'none' },
    { configured: 'none', kind: 'password', mode: 'none' },
  ] as const)('$configured over a $kind is $mode', ({ configured, kind, mode }) => {
    expect(resolveAuthMode(configured, kind)).toEqual({ ok: true, value: { mode, needsToken: false } });
  });

  it('has a problem in words for a password that is not there', () => {
    expect(resolveAuthMode('password', 'token')).toMatchObject({
      ok: false,
      error: { code: 'password-missing' },
    });
  });
});

describe('a TokenStore', () => {
  it('leases and verifies the password, and remembers over a restart that it is one', async () => {
    const { tokens, setting, repository, adopt } = await started();
    setting.mode = 'password';
    expect((await adopt(PASSWORD)).ok).toBe(true);
    expect(tokens.mode).toBe('password');
    expect(tokens.lease()?.secret.expose()).toBe(PASSWORD);
    expect(tokens.verify(PASSWORD, tokens.generation).ok).toBe(true);
    const again = await started(repository);
    expect(again.tokens.mode).toBe('password');
  });

  it('begins a new generation with every change of mode, and makes a token when it leaves a password', async () => {
    const { tokens, setting, adopt } = await started();
    setting.mode = 'none';
    await tokens.refreshMode('panel');
    expect([tokens.mode, tokens.generation, tokens.isAccepted(1)]).toEqual(['none', 2, false]);
    await tokens.refreshMode('panel');
    expect(tokens.generation).toBe(2);
    setting.mode = 'password';
    await tokens.refreshMode('panel');
    expect(tokens.modeProblem?.code).toBe('password-missing');
    await adopt(PASSWORD);
    expect([tokens.mode, tokens.modeProblem]).toEqual(['password', undefined]);
    setting.mode = 'token';
    await tokens.refreshMode('panel');
    expect(tokens.mode).toBe('token');
    expect(tokens.lease()?.secret.expose()).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(tokens.verify(PASSWORD, tokens.generation).ok).toBe(false);
  });

  it('changes nothing when the disk refuses the change of mode', async () => {
    const { tokens, setting, repository } = await started();
    setting.mode = 'none';
    repository.saveError = { code: 'storage_full', detail: 'no space left' };
    expect((await tokens.refreshMode('panel')).ok).toBe(false);
    expect([tokens.mode, tokens.generation]).toEqual(['token', 1]);
  });
});

describe('passwordProblem', () => {
  it.each([
    ['', 'empty'],
    ['short one', 'too-short'],
    ['aaaaaaaaaaaaaaaa', 'too-weak'],
    ['changeme please now', 'placeholder'],
    ['***************', 'redaction'],
    ['[secret] and more', 'redaction'],
    ['heron under\u0000the bridge', 'characters'],
    [PASSWORD, undefined],
    ['Reiher unter der alten Brücke', undefined],
  ])('%j: %s', (text, problem) => {
    expect(passwordProblem(text)).toBe(problem);
  });
});
