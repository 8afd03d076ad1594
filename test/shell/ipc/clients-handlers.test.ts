// The handlers of devices and tasks on the real Pairing and Cron: what the page asks for happens, and no secret and
// no path of a webhook comes back.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Core } from '../../../electron/core/core';
import { Cron } from '../../../electron/core/cron/cron';
import type { PairingSubject } from '../../../electron/core/gateway/auth/device-records';
import { Pairing } from '../../../electron/core/gateway/auth/pairing';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { systemRandom } from '../../../electron/core/lib/random';
import { Redactor } from '../../../electron/core/lib/redactor';
import { ok } from '../../../electron/core/lib/result';
import type { DeviceRecord } from '../../../electron/core/ports';
import { ClipboardGuard } from '../../../electron/shell/clipboard';
import { createHandlers } from '../../../electron/shell/ipc/handlers';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import type { IpcReply } from '../../../shared/ipc/contract';
import type { CronJobInput } from '../../../shared/model/cron';
import { DEVICE_ID } from '../../helpers/device-views';
import { FakeClock } from '../../helpers/fake-clock';
import { MemoryAuthLog } from '../../helpers/memory-auth-log';
import { MemorySettings } from '../../helpers/memory-settings';
import { MemoryVault } from '../../helpers/memory-vault';
import { ScriptedChannels } from '../../helpers/scripted-channels';

const HOOK = 'https://hooks.example.com/secret-path';
const input: CronJobInput = {
  name: 'Hourly',
  schedule: { kind: 'every', everyMs: 3_600_000 },
  sessionTarget: 'main',
  wakeMode: 'now',
  payload: { kind: 'systemEvent', text: 'tick' },
  delivery: { mode: 'webhook', to: HOOK },
};
const subject: PairingSubject = {
  deviceId: DEVICE_ID,
  publicKey: 'key',
  platform: 'linux',
  clientId: 'cli',
  clientMode: 'cli',
  role: 'operator',
  scopes: ['operator.read'],
  remoteIp: '127.0.0.1',
};

async function setUp() {
  const clock = new FakeClock();
  const common = { clock, random: systemRandom, logger: silentLogger, redactor: new Redactor() };
  let stored: readonly DeviceRecord[] = [];
  const pairing = new Pairing({
    isConnected: () => false,
    ...common,
    authLog: new MemoryAuthLog(),
    repository: {
      load: async () => ({ kind: 'ok', devices: stored }),
      save: async (devices) => {
        stored = devices;
        return ok(undefined);
      },
    },
  });
  const dir = await mkdtemp(path.join(tmpdir(), 'gatehouse-ipc-'));
  const events: string[] = [];
  const cron = new Cron({
    ...common,
    dir,
    vault: new MemoryVault(),
    outbound: new ScriptedChannels().outbound,
    onSystemEvent: (text) => events.push(text),
  });
  await pairing.start();
  await cron.start();
  onTestFinished(async () => {
    await Promise.all([pairing.stop(), cron.stop()]);
    await rm(dir, { recursive: true, force: true });
  });
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
    // The rest of core has its own tests; a call of it here would fail loudly.
    core: { pairing, cron } as unknown as Core,
    settings: new SettingsFeed(new MemorySettings()),
    clipboard: new ClipboardGuard({ clipboard, clock }),
    info: () => {
      throw new Error('not asked for here');
    },
    openDataFolder: async () => undefined,
    requestQuit: () => undefined,
  });
  return { handlers, pairing, cron, clipboard, events };
}

function value<T>(reply: IpcReply<T>): T {
  if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`);
  return reply.value;
}

function code(reply: IpcReply<unknown>): string {
  return reply.ok ? 'ok' : reply.error.code;
}

describe('devices', () => {
  it('are let in by exactly what was shown, and by nothing else', async () => {
    const { handlers, pairing } = await setUp();
    pairing.request(subject, 'not-paired');
    const [request] = value(await handlers['devices.list'](undefined)).pending;
    if (!request) throw new Error('nothing waits');
    const { requestId, shownHash } = request;
    const stale = { requestId, shownHash: '0'.repeat(64) };
    expect(code(await handlers['devices.approve'](stale))).toBe('changed');
    expect(value(await handlers['devices.list'](undefined)).paired).toEqual([]);
    expect(value(await handlers['devices.approve']({ requestId, shownHash }))).toBeNull();
    const view = value(await handlers['devices.list'](undefined));
    expect([view.pending.length, view.paired.map((device) => device.approvedVia)]).toEqual([0, ['owner']]);
    expect(code(await handlers['devices.approve']({ requestId, shownHash }))).toBe('unknown_request');
  });

  it('can be rejected, lose a token, and be removed', async () => {
    const { handlers, pairing } = await setUp();
    pairing.request(subject, 'not-paired');
    const [request] = value(await handlers['devices.list'](undefined)).pending;
    expect(value(await handlers['devices.reject']({ requestId: request?.requestId ?? '' }))).toBeNull();
    expect(value(await handlers['devices.list'](undefined)).pending).toEqual([]);

    await pairing.approveSilently(subject);
    await pairing.grant({ deviceId: DEVICE_ID, role: 'operator', scopes: ['operator.read'] });
    const target = { deviceId: DEVICE_ID, role: 'operator' } as const;
    expect(value(await handlers['devices.revokeToken'](target))).toBeNull();
    const [device] = value(await handlers['devices.list'](undefined)).paired;
    expect(device?.tokens[0]?.revokedAtMs).toBeTypeOf('number');
    expect(code(await handlers['devices.revokeToken']({ ...target, role: 'node' }))).toBe('denied');
    expect(value(await handlers['devices.remove']({ deviceId: DEVICE_ID }))).toBeNull();
    expect(code(await handlers['devices.remove']({ deviceId: DEVICE_ID }))).toBe('unknown_device');
  });
});

describe('tasks', () => {
  it('are added, listed, changed, run and removed, and never show where a webhook goes', async () => {
    const { handlers } = await setUp();
    const added = value(await handlers['cron.add'](input));
    const page = value(await handlers['cron.list']({ includeDisabled: true }));
    expect(page.jobs.map(({ id }) => id)).toEqual([added.id]);
    expect(value(await handlers['cron.status'](undefined)).jobs).toBe(1);
    const paused = value(await handlers['cron.update']({ id: added.id, patch: { enabled: false } }));
    expect(paused.enabled).toBe(false);
    expect(value(await handlers['cron.list'](undefined)).jobs).toEqual([]);
    for (const answer of [added, page, paused]) {
      expect(JSON.stringify(answer)).toContain('https://hooks.example.com/…');
      expect(JSON.stringify(answer)).not.toContain('secret-path');
    }
    expect(value(await handlers['cron.remove']({ id: added.id }))).toBeNull();
    expect(code(await handlers['cron.remove']({ id: added.id }))).toBe('unknown_job');
    expect(code(await handlers['cron.run']({ id: added.id }))).toBe('unknown_job');
  });

  it('keep their address when something else is changed', async () => {
    const { handlers, cron } = await setUp();
    const { id } = value(await handlers['cron.add'](input));
    value(await handlers['cron.update']({ id, patch: { name: 'Renamed' } }));
    expect(cron.get(id)).toMatchObject({ name: 'Renamed', delivery: { mode: 'webhook', to: HOOK } });
  });

  it('run now when asked, also while paused, and have a history', async () => {
    const { handlers, cron, events } = await setUp();
    const { delivery: _, ...local } = input;
    const { id } = value(await handlers['cron.add']({ ...local, enabled: false }));
    const finished = new Promise<void>((resolve) => {
      cron.onEvent((event) => event.action === 'finished' && resolve());
    });
    expect(value(await handlers['cron.run']({ id }))).toMatchObject({ ok: true, enqueued: true });
    await finished;
    expect(events).toEqual(['tick']);
    const runs = value(await handlers['cron.runs']({ jobId: id }));
    expect(runs.entries.map(({ status }) => status)).toEqual(['ok']);
  });

  it('name the field at fault as it is called in the input', async () => {
    const { handlers } = await setUp();
    const bad = await handlers['cron.add']({ ...input, schedule: { kind: 'cron', expr: '99 * * * *' } });
    expect(bad).toMatchObject({ ok: false, error: { code: 'invalid_params', field: 'schedule.expr' } });
    const http = { mode: 'webhook', to: 'http://example.com/' } as const;
    const reply = await handlers['cron.add']({ ...input, delivery: http });
    expect(reply).toMatchObject({ ok: false, error: { field: 'delivery.to' } });
  });

  it('put their signing secret on the clipboard and nowhere else', async () => {
    const { handlers, clipboard } = await setUp();
    const reply = await handlers['cron.copySecret'](undefined);
    expect(value(reply).clearsAt).toBeTypeOf('number');
    expect(clipboard.readText()).toHaveLength(43);
    expect(JSON.stringify(reply)).not.toContain(clipboard.readText());
  });
});
