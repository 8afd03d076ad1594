// What happens when somebody edits settings.json while we run.
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../../electron/core/config/redaction';
import { settle } from '../../helpers/fake-clock';
import { SECRET_A, SECRET_B, startConfig } from './harness';

describe('a hand edit', () => {
  it('is noticed by itself, is in use and is reported', async () => {
    const { home, put, settings, clock, notices, document } = await startConfig({ file: {} });
    const hinted = new Promise<void>((resolve) => {
      const watcher = watch(home, (_event, name) => {
        if (name !== 'settings.json') return;
        watcher.close();
        resolve();
      });
    });
    const changed = new Promise<void>((resolve) => {
      document.onForeignChange(() => resolve());
    });
    await put({ ui: { theme: 'dark' } });
    await hinted;
    // The store's own watcher was told as well, in the same turn or one of the next.
    while (clock.pendingTimers === 0) await settle();
    clock.advance(150);
    await changed;
    expect(settings.get().ui.theme).toBe('dark');
    expect([...notices.keys()]).toEqual(['settings-changed-on-disk:settings.json']);
  });

  it('with a bad value keeps the value in use and takes the rest; put right, the notice goes', async () => {
    const { put, config, settings, notices } = await startConfig({ file: { gateway: { port: 20_000 } } });
    await put({ gateway: { port: 'x' }, ui: { theme: 'dark' } });
    config.get();
    expect(settings.get()).toMatchObject({ gateway: { port: 20_000 }, ui: { theme: 'dark' } });
    expect(notices.get('settings-invalid:gateway.port')).toMatchObject({ severity: 'warning' });
    await put({ gateway: { port: 20_000 } });
    config.get();
    expect(notices.has('settings-invalid:gateway.port')).toBe(false);
  });

  it.each([['{ "ui": '], [undefined]])('that leaves %j changes nothing in use', async (text) => {
    const { put, path, config, settings, notices } = await startConfig({ file: { ui: { theme: 'dark' } } });
    if (text === undefined) await (await import('node:fs/promises')).rm(path);
    else await put(text);
    expect(config.get().valid).toBe(text === undefined);
    expect(settings.get().ui.theme).toBe('dark');
    expect(notices.has('settings-invalid:settings.json')).toBe(true);
    // The next change from the panel writes down what is in use, not the defaults.
    expect(settings.update({ ui: { startHidden: true } }).ok).toBe(true);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ ui: { theme: 'dark', startHidden: true } });
  });

  it('of the port restarts the gateway', async () => {
    const { put, config, calls, clock } = await startConfig({ file: {} });
    await put({ gateway: { port: 20_003 } });
    config.get();
    clock.advance(300);
    expect(calls.restarts).toBe(1);
  });

  it('with secrets hands them over and loses them', async () => {
    const { put, config, token, vault, onDisk, bytes } = await startConfig({ file: {} });
    await put({ gateway: { auth: { password: SECRET_A } }, channels: { webhook: { secret: SECRET_B } } });
    config.get();
    await config.stop();
    expect(token()).toBe(SECRET_A);
    expect(vault.get('webhook/default')?.expose()).toBe(SECRET_B);
    expect(await onDisk()).toEqual({ gateway: { auth: { mode: 'password' } }, channels: { webhook: {} } });
    expect(await bytes()).not.toMatch(new RegExp(`${SECRET_A}|${SECRET_B}`));
  });

  it('with a secret that is turned down says so and leaves it where it is', async () => {
    const { put, config, token, onDisk, notices } = await startConfig({ file: {} });
    const before = token();
    const written = { gateway: { auth: { token: 'change-me-before-you-deploy-this' } } };
    await put(written);
    config.get();
    await config.stop();
    expect(token()).toBe(before);
    expect(await onDisk()).toEqual(written);
    expect(notices.get('settings-invalid:gateway.auth.token')?.params.message).toContain('not taken over');
  });

  it('that pastes the placeholder of a view keeps the credential', async () => {
    const { put, config, token, onDisk } = await startConfig({ file: {} });
    const before = token();
    await put({ gateway: { auth: { token: REDACTED } } });
    config.get();
    await config.stop();
    expect(token()).toBe(before);
    expect(await onDisk()).toEqual({ gateway: { auth: {} } });
  });
});
