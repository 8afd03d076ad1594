// gateway.auth.mode through config.*: one credential, of one kind, and one new generation per change.
import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../../electron/core/config/redaction';
import { LOCAL, SECRET_A, SECRET_B, startConfig } from './harness';

const PASSWORD = 'Kestrel marmalade 42';

describe('a password', () => {
  it('may be one that a person remembers; the mode is written down with it', async () => {
    const { patch, tokens, token, onDisk, config } = await startConfig();
    expect(await patch({ gateway: { auth: { password: PASSWORD } } })).toMatchObject({ ok: true });
    expect(token()).toBe(PASSWORD);
    expect(tokens.mode).toBe('password');
    expect(tokens.generation).toBe(2);
    expect(await onDisk()).toEqual({ gateway: { auth: { mode: 'password' } } });
    expect(config.get().parsed).toEqual({ gateway: { auth: { mode: 'password', password: REDACTED } } });
  });

  it('that is too short is refused with the length that is asked for', async () => {
    const { patch } = await startConfig();
    expect(await patch({ gateway: { auth: { password: 'Kestrel 42' } } })).toMatchObject({
      error: { issues: [{ path: 'gateway.auth.password', message: 'must have at least 12 characters' }] },
    });
  });

  it('gives way to a token that is sent with the mode', async () => {
    const { patch, set, config, tokens, token } = await startConfig();
    await patch({ gateway: { auth: { password: PASSWORD } } });
    const auth = { mode: 'token', password: REDACTED, token: SECRET_B };
    expect(await set({ ...config.get().parsed, gateway: { auth } })).toMatchObject({ ok: true });
    expect([token(), tokens.mode, tokens.generation]).toEqual([SECRET_B, 'token', 3]);
  });

  it('is not lost by a view that is sent back with another mode', async () => {
    const { patch, token, tokens } = await startConfig();
    await patch({ gateway: { auth: { password: PASSWORD } } });
    expect(await patch({ gateway: { auth: { mode: 'token', password: REDACTED } } })).toMatchObject({
      error: { issues: [{ path: 'gateway.auth.password' }] },
    });
    expect([token(), tokens.generation]).toEqual([PASSWORD, 2]);
  });
});

describe('the mode', () => {
  it('password without a password is refused in words and changes nothing', async () => {
    const { patch, tokens, settings } = await startConfig();
    expect(await patch({ gateway: { auth: { mode: 'password' } } })).toMatchObject({
      error: {
        issues: [
          { path: 'gateway.auth.mode', message: expect.stringContaining('set gateway.auth.password') },
        ],
      },
    });
    expect([tokens.mode, tokens.generation, tokens.modeProblem]).toEqual(['token', 1, undefined]);
    expect(settings.get().gateway.auth.mode).toBeUndefined();
  });

  it('none is in force at once, with one new generation and the same credential', async () => {
    const { patch, tokens, token } = await startConfig();
    const before = token();
    expect(await patch({ gateway: { auth: { mode: 'none' } } })).toMatchObject({ ok: true });
    expect([tokens.mode, tokens.generation, token()]).toEqual(['none', 2, before]);
    await patch({ ui: { theme: 'dark' } });
    expect(tokens.generation).toBe(2);
  });

  it('that the panel changes is followed', async () => {
    const { settings, tokens, config } = await startConfig();
    settings.update({ gateway: { auth: { mode: 'none' } } });
    await config.stop();
    expect(tokens.mode).toBe('none');
  });

  it('that could not be stored is taken back', async () => {
    const { patch, tokens, settings, repository } = await startConfig();
    repository.saveError = { code: 'storage_full', detail: 'no room' };
    expect(await patch({ gateway: { auth: { mode: 'none' } } })).toMatchObject({ error: { code: 'failed' } });
    expect([tokens.mode, settings.get().gateway.auth.mode]).toEqual(['token', undefined]);
  });

  it('is not changed from another machine', async () => {
    const { config, tokens } = await startConfig();
    for (const auth of [{ mode: 'none' }, { token: SECRET_A }]) {
      const raw = JSON.stringify({ gateway: { auth } });
      expect(await config.patch({ ...LOCAL, directLocal: false, raw })).toMatchObject({ ok: false });
    }
    expect([tokens.mode, tokens.generation]).toEqual(['token', 1]);
  });
});
