// The core's own life: what another process reads about it is right after any number of restarts, a stop in the
// middle of a start leaves nothing behind, and a second start changes nothing (REL-60, REL-65).

import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readRunFile } from '../../electron/core/lib/run-file';
import { FakeClock } from '../helpers/fake-clock';
import { MemoryRepository } from '../helpers/memory-repository';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';
import { eventually } from './eventually';

afterEach(() => {
  vi.restoreAllMocks();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Nobody has it: it can be taken. */
async function expectFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

describe('gateway.json', () => {
  it('names this process and the listener that is there now, after 50 restarts', async () => {
    const core = await startTestCore();
    for (let count = 0; count < 50; count += 1) await core.gateway.restart();
    const right = async () => {
      const file = await readRunFile(core.home);
      return file?.url === core.url && file.pid === process.pid;
    };
    await eventually(right);
    // A removal that came late would take it away again.
    for (let count = 0; count < 50; count += 1) await turn();
    expect(await right()).toBe(true);
    await core.stop();
    expect(await readdir(core.home)).not.toContain('gateway.json');
  });
});

/** Where a start can be when the stop comes: as it enters each of its steps, and as the listener comes up. */
const POINTS = ['pairing', 'authLog', 'gateway', 'channels', 'cron'] as const;

describe('a stop in the middle of a start', () => {
  it.each(['at once', ...POINTS, 'listening'] as const)(
    'at "%s" leaves no listener, no timer and no file',
    async (point) => {
      const clock = new FakeClock();
      const port = await freePort();
      const core = await startTestCore({ clock, started: false, settings: { gateway: { port } } });
      let stopping: Promise<void> | undefined;
      const stop = () => {
        stopping ??= core.stop();
      };
      for (const name of POINTS) {
        const part = core[name] as { start(): unknown };
        const start = part.start.bind(part);
        vi.spyOn(part, 'start').mockImplementation(() => {
          if (name === point) stop();
          return start();
        });
      }
      if (point === 'listening') {
        core.gateway.onChanged(({ state }) => {
          if (state === 'listening') stop();
        });
      }
      const starting = core.start();
      if (point === 'at once') stop();
      await starting;
      expect(stopping).toBeDefined();
      await stopping;
      // Its lines are not the core's: whoever made the logger stops it.
      await core.fileLogger.stop();
      expect(core.gateway.status().state).toBe('stopped');
      expect(core.probe.status().running).toBe(false);
      expect(await readdir(core.home)).not.toContain('gateway.json');
      await expectFree(port);
      expect(clock.pendingTimers).toBe(0);
    },
  );

  it('while the keychain hangs does not wait for it, and the late answer starts nothing', async () => {
    const repository = new MemoryRepository();
    let open: () => void = () => undefined;
    repository.beforeLoad = () =>
      new Promise((resolve) => {
        open = resolve;
      });
    const core = await startTestCore({ repository, started: false });
    const starting = core.start();
    await eventually(() => repository.loads === 1);
    await core.stop();
    open();
    await starting;
    for (let count = 0; count < 20; count += 1) await turn();
    expect(core.gateway.status().state).toBe('stopped');
    expect(repository.stored).toBeUndefined();
  });
});

describe('a second start', () => {
  it('is the first one: one listener, one probe and one event per change', async () => {
    const core = await startTestCore({ started: false });
    await Promise.all([core.start(), core.start()]);
    await core.start();
    await core.probe.run('demand');
    const probes = () => core.attempts({ internal: true }).filter(({ internal }) => internal).length;
    const before = probes();
    const { url } = core;
    const seen: string[] = [];
    core.authLog.onAppended((event) => seen.push(event.event));
    const client = await TestClient.open(url);
    await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin', 'operator.read'] }));
    await core.tokens.rotate({ reason: 'routine', graceMs: 60_000, by: 'panel' });
    await eventually(() => core.probe.status().last?.generation === 2 && !core.probe.status().running);
    expect(seen.filter((event) => event === 'token.rotated')).toHaveLength(1);
    expect(probes() - before).toBe(1);
    expect(core.attempts()).toHaveLength(1);
    expect(core.url).toBe(url);
  });
});

describe('a channel that does not stop', () => {
  it('keeps no client from hearing of the shutdown', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    await client.connect(connectParams({ token: core.token() }));
    let release: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    vi.spyOn(core.channels, 'stop').mockReturnValueOnce(stuck);
    let stopped = false;
    const stopping = core.stop().then(() => {
      stopped = true;
    });
    expect((await client.frame((frame) => frame.event === 'shutdown')).payload.reason).toBe('quit');
    expect(await client.closed).toEqual({ code: 1012, reason: 'service restart' });
    expect(stopped).toBe(false);
    release();
    await stopping;
  });
});
