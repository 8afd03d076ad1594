import { describe, expect, it } from 'vitest';
import { ClipboardGuard } from '../../../electron/shell/clipboard';
import { createHandlers } from '../../../electron/shell/ipc/handlers';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import type { AppInfo, IpcReply } from '../../../shared/ipc/contract';
import type { AuthEvent } from '../../../shared/model/auth-event';
import { FakeClock } from '../../helpers/fake-clock';
import { startTestCore } from '../../helpers/test-core';

const INFO: AppInfo = {
  version: '0.0.0',
  electron: '25',
  node: '18',
  platform: 'linux',
  home: '/home',
  locale: 'en',
  hasTray: false,
};
const GOOD_TOKEN = 'mZ4-8sQw_2Lk9Xc7Vb1Nn5Hj3Gf6Td0R';

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
  let quits = 0;
  const handlers = createHandlers({
    core,
    settings: new SettingsFeed(core.settings),
    clipboard: new ClipboardGuard({ clipboard, clock: new FakeClock() }),
    info: () => INFO,
    openDataFolder: async () => undefined,
    requestQuit: () => {
      quits += 1;
    },
  });
  const events: AuthEvent[] = [];
  core.authLog.onAppended((event) => events.push(event));
  return { core, handlers, clipboard, events, quits: () => quits };
}

function value<T>(reply: IpcReply<T>): T {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

function code(reply: IpcReply<unknown>): string {
  return reply.ok ? 'ok' : reply.error.code;
}

describe('the IPC handlers on a real core', () => {
  it('copies the token to the clipboard, writes that down, and returns no secret', async () => {
    const { core, handlers, clipboard, events } = await setUp();
    const reply = await handlers['credential.copy'](undefined);
    expect(clipboard.readText()).toBe(core.token());
    expect(JSON.stringify(reply)).not.toContain(core.token());
    expect(events).toMatchObject([{ event: 'token.copied', generation: 1, by: 'panel' }]);
    expect(JSON.stringify(events)).not.toContain(core.token());
  });

  it('rotates with grace, lists nobody on it, and retires it', async () => {
    const { handlers } = await setUp();
    const changed = value(await handlers['credential.rotate']({ reason: 'routine', graceMs: 600_000 }));
    expect(changed.generation).toBe(2);
    expect(changed.graceUntil).toBeTypeOf('number');
    expect(value(await handlers['credential.sessionsOnGrace'](undefined))).toEqual([]);
    expect(value(await handlers['credential.retireGrace'](undefined))).toEqual({ closed: 0 });
  });

  it('judges the clipboard without showing it, and adopts exactly what was shown', async () => {
    const { core, handlers, clipboard } = await setUp();
    clipboard.writeText(`${GOOD_TOKEN}\n`);
    const seen = value(await handlers['credential.inspectClipboard'](undefined));
    if (!seen.ok) throw new Error(seen.problem);
    clipboard.writeText(`${GOOD_TOKEN}other`);
    const { fingerprint } = seen;
    expect(code(await handlers['credential.adoptClipboard']({ fingerprint }))).toBe('clipboard_changed');
    clipboard.writeText(GOOD_TOKEN);
    const adopted = value(await handlers['credential.adoptClipboard']({ fingerprint }));
    expect(adopted).toMatchObject({ generation: 2, fingerprint });
    expect(adopted.graceUntil).toBeTypeOf('number');
    expect(core.token()).toBe(GOOD_TOKEN);
  });

  it('names what is wrong with the clipboard', async () => {
    const { handlers, clipboard } = await setUp();
    const problems = [];
    for (const text of ['', 'short', 'x'.repeat(10_000), 'has spaces in the middle of the token text']) {
      clipboard.writeText(text);
      const seen = value(await handlers['credential.inspectClipboard'](undefined));
      problems.push(seen.ok ? 'ok' : seen.problem);
    }
    expect(problems).toEqual(['empty', 'too-short', 'characters', 'characters']);
  });

  it('copies the address only while there is one', async () => {
    const { core, handlers, clipboard } = await setUp();
    await handlers['app.copyAddress'](undefined);
    expect(clipboard.readText()).toBe(core.url);
    await handlers['gateway.stop'](undefined);
    expect(code(await handlers['app.copyAddress'](undefined))).toBe('not_listening');
  });

  it('changes settings as a whole or not at all, and numbers what it answers', async () => {
    const { handlers } = await setUp();
    const themed = value(await handlers['settings.update']({ ui: { theme: 'dark' } }));
    expect([themed.settings.ui.theme, themed.seq]).toEqual(['dark', 1]);
    const bad = await handlers['settings.update']({ gateway: { port: 1e9 }, ui: { theme: 'light' } });
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid_params', field: 'gateway.port' } });
    expect(value(await handlers['settings.get'](undefined))).toEqual(themed);
  });

  it('probes, stops, starts and restarts the gateway and reports where it is', async () => {
    const { handlers } = await setUp();
    const report = value(await handlers['probe.run'](undefined));
    expect([report.portOpen, report.protocol, report.credential, report.scope]).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ]);
    expect(value(await handlers['gateway.stop'](undefined)).state).toBe('stopped');
    expect(value(await handlers['gateway.start'](undefined)).state).toBe('listening');
    expect(value(await handlers['gateway.restart'](undefined)).state).toBe('listening');
  });

  it('answers for unknown channels with a reason', async () => {
    const { handlers } = await setUp();
    const account = { channel: 'nope', accountId: 'default' };
    expect(code(await handlers['channels.restart'](account))).toBe('unknown_channel');
    expect(code(await handlers['channels.newSecret'](account))).toBe('unknown_channel');
    expect(code(await handlers['channels.setEnabled']({ ...account, enabled: true }))).toBe(
      'unknown_channel',
    );
  });

  it('asks to quit once and answers at once', async () => {
    const { handlers, quits } = await setUp();
    expect(value(await handlers['app.quit'](undefined))).toBeNull();
    expect(quits()).toBe(1);
  });
});
