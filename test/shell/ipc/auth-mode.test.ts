// credential.setMode on a real core: what the panel's choice does to clients, and that no password crosses the bridge.
import { describe, expect, it } from 'vitest';
import { ClipboardGuard } from '../../../electron/shell/clipboard';
import { createHandlers } from '../../../electron/shell/ipc/handlers';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import type { IpcReply } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import { eventually } from '../../gateway/eventually';
import { FakeClock } from '../../helpers/fake-clock';
import { startTestCore } from '../../helpers/test-core';
import { connectParams, TestClient } from '../../helpers/ws-client';

const PASSWORD = 'Kestrel marmalade 42';

async function setUp() {
  const core = await startTestCore();
  let text = '';
  const clipboard = {
    readText: () => text,
    writeText: (next: string) => {
      text = next;
    },
    clear: () => {
      text = '';
    },
  };
  const handlers = createHandlers({
    core,
    settings: new SettingsFeed(core.settings),
    clipboard: new ClipboardGuard({ clipboard, clock: new FakeClock() }),
    info: () => {
      throw new Error('not asked for here');
    },
    openDataFolder: async () => undefined,
    requestQuit: () => undefined,
  });
  const events: AuthEvent[] = [];
  core.authLog.onAppended((event) => events.push(event));
  const setMode = handlers['credential.setMode'];
  const connect = async (auth?: { readonly password: string } | { readonly token: string }) => {
    const client = await TestClient.open(core.url);
    return { client, answer: await client.connect(connectParams(auth ? { auth } : {})) };
  };
  /** As the dialog does it: judged first, then taken by its fingerprint. */
  const setPassword = async (password: string) => {
    clipboard.writeText(password);
    const seen = value(await handlers['credential.inspectClipboard']({ kind: 'password' }));
    if (!seen.ok) throw new Error(seen.problem);
    return setMode({ mode: 'password', fingerprint: seen.fingerprint });
  };
  return { core, handlers, clipboard, events, setMode, setPassword, connect };
}

function value<T>(reply: IpcReply<T>): T {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

function code(reply: IpcReply<unknown>): string {
  return reply.ok ? 'ok' : reply.error.code;
}

describe('none', () => {
  it('lets everybody in at once, has its banner, ends the sessions before it, and is written down', async () => {
    const { core, events, setMode, connect } = await setUp();
    const { client } = await connect({ token: core.token() });
    expect(code(await setMode({ mode: 'none' }))).toBe('ok');
    expect(await client.closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect((await connect()).answer.ok).toBe(true);
    await eventually(() => core.status.snapshot().notices.some(({ code }) => code === 'auth-mode-none'));
    expect(core.settings.get().gateway.auth.mode).toBe('none');
    expect(events.filter(({ event }) => event === 'token.rotated')).toMatchObject([{ by: 'panel' }]);
  });

  it('that could not be stored is not in force and leaves the setting as it was', async () => {
    const { core, setMode } = await setUp();
    core.repository.saveError = { code: 'storage_full', detail: 'no room' };
    expect(code(await setMode({ mode: 'none' }))).toBe('storage_failed');
    expect([core.tokens.mode, core.settings.get().gateway.auth.mode]).toEqual(['token', undefined]);
  });
});

describe('password', () => {
  it('without one says that it is missing and changes nothing', async () => {
    const { core, setMode } = await setUp();
    expect(code(await setMode({ mode: 'password' }))).toBe('password_missing');
    expect([core.tokens.mode, core.settings.get().gateway.auth.mode]).toEqual(['token', undefined]);
    expect(core.gateway.status().state).toBe('listening');
  });

  it('is judged as a password, not as a token, and only its fingerprint comes back', async () => {
    const { handlers, clipboard } = await setUp();
    clipboard.writeText(PASSWORD);
    const reply = await handlers['credential.inspectClipboard']({ kind: 'password' });
    expect(value(reply)).toMatchObject({ ok: true });
    expect(JSON.stringify(reply)).not.toContain('Kestrel');
    expect(value(await handlers['credential.inspectClipboard'](undefined))).toMatchObject({ ok: false });
  });

  it('comes from the clipboard together with the mode, and is what clients need from then on', async () => {
    const { core, events, setPassword, connect } = await setUp();
    const token = core.token();
    const reply = await setPassword(`${PASSWORD}\n`);
    expect(reply).toEqual({ ok: true, value: null });
    expect((await connect({ password: PASSWORD })).answer.ok).toBe(true);
    expect((await connect({ token })).answer.ok).toBe(false);
    expect(core.settings.get().gateway.auth.mode).toBe('password');
    expect(events.filter(({ event }) => event === 'token.adopted')).toMatchObject([{ by: 'panel' }]);
    expect(JSON.stringify(events)).not.toContain(PASSWORD);
    expect(core.logLines().join('\n')).not.toContain(PASSWORD);
  });

  it('is refused when the clipboard holds something else by now', async () => {
    const { core, handlers, clipboard, setMode } = await setUp();
    clipboard.writeText(PASSWORD);
    const seen = value(await handlers['credential.inspectClipboard']({ kind: 'password' }));
    if (!seen.ok) throw new Error(seen.problem);
    clipboard.writeText(`${PASSWORD}!`);
    const { fingerprint } = seen;
    expect(code(await setMode({ mode: 'password', fingerprint }))).toBe('clipboard_changed');
    expect(core.tokens.mode).toBe('token');
  });

  it('can be replaced on the Credentials page, where it is judged as a password without being told', async () => {
    const { core, handlers, clipboard, setPassword } = await setUp();
    await setPassword(PASSWORD);
    clipboard.writeText('another heron 77');
    const seen = value(await handlers['credential.inspectClipboard'](undefined));
    if (!seen.ok) throw new Error(seen.problem);
    const { fingerprint } = seen;
    expect(code(await handlers['credential.adoptClipboard']({ fingerprint }))).toBe('ok');
    expect([core.token(), core.tokens.mode]).toEqual(['another heron 77', 'password']);
  });

  it('is still there after a time without authentication', async () => {
    const { core, setMode, setPassword } = await setUp();
    await setPassword(PASSWORD);
    await setMode({ mode: 'none' });
    expect(code(await setMode({ mode: 'password' }))).toBe('ok');
    expect([core.token(), core.tokens.mode]).toEqual([PASSWORD, 'password']);
  });
});

describe('token', () => {
  it('closes a gateway that was open', async () => {
    const { core, setMode, connect } = await setUp();
    await setMode({ mode: 'none' });
    expect(code(await setMode({ mode: 'token' }))).toBe('ok');
    expect((await connect()).answer.ok).toBe(false);
    expect((await connect({ token: core.token() })).answer.ok).toBe(true);
    await eventually(() => core.status.snapshot().notices.length === 0);
  });

  it('in place of a password makes a new token', async () => {
    const { core, setMode, setPassword, connect } = await setUp();
    await setPassword(PASSWORD);
    expect(code(await setMode({ mode: 'token' }))).toBe('ok');
    expect(core.token()).not.toBe(PASSWORD);
    expect((await connect({ token: core.token() })).answer.ok).toBe(true);
  });
});

it('a settings file that is no JSON is named instead of overwritten', async () => {
  const { core, setMode } = await setUp();
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${core.home}/settings.json`, '{ "gateway": ');
  expect(await setMode({ mode: 'none' })).toMatchObject({ ok: false, error: { code: 'config_refused' } });
  expect(core.tokens.mode).toBe('token');
});
