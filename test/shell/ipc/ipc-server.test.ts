import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../electron/core/lib/logger-port';
import { type IpcHandlers, IpcServer } from '../../../electron/shell/ipc/ipc-server';
import { TrustedSenders } from '../../../electron/shell/ipc/trusted-senders';
import { validators } from '../../../electron/shell/ipc/validators';
import { fromPage, ipcFixture } from './ipc-fixture';

describe('IpcServer', () => {
  it('answers a known call of our page with the handler’s envelope', async () => {
    const { server, called } = ipcFixture();
    expect(await server.answer(fromPage(), 'status.get', undefined)).toEqual({ ok: true, value: null });
    expect(called).toEqual(['status.get']);
  });

  it.each([
    ['foreign web contents', fromPage({ sender: { id: 8 } }), 'unknown-contents'],
    ['a frame that is gone', fromPage({ senderFrame: null }), 'no-frame'],
    [
      'a frame inside our page',
      fromPage({ senderFrame: { url: 'app://gatehouse/', parent: {} } }),
      'not-top-frame',
    ],
    [
      'another origin',
      fromPage({ senderFrame: { url: 'https://gatehouse/', parent: null } }),
      'foreign-origin',
    ],
    [
      'an origin that only begins like ours',
      fromPage({ senderFrame: { url: 'app://gatehouse.evil/', parent: null } }),
      'foreign-origin',
    ],
    ['an empty URL', fromPage({ senderFrame: { url: '', parent: null } }), 'foreign-origin'],
  ])('refuses %s with an error and a log line', async (_case, event, problem) => {
    const { server, called, log } = ipcFixture();
    const reply = await server.answer(event, 'gateway.stop');
    expect(reply).toMatchObject({ ok: false, error: { code: 'not_trusted' } });
    expect(log).toEqual([
      { level: 'warn', event: 'ipc.refused', fields: { code: 'not_trusted', call: 'gateway.stop', problem } },
    ]);
    expect([called, server.refused]).toEqual([[], 1]);
  });

  it('refuses a sender whose frame cannot even be read', async () => {
    const { server } = ipcFixture();
    const event = {
      sender: { id: 7 },
      get senderFrame(): never {
        throw new Error('Render frame was disposed');
      },
    };
    expect(await server.answer(event, 'status.get')).toMatchObject({ error: { code: 'not_trusted' } });
  });

  it('forgets a page once it is destroyed', async () => {
    const { server, destroyPage } = ipcFixture();
    destroyPage();
    expect(await server.answer(fromPage(), 'status.get')).toMatchObject({ error: { code: 'not_trusted' } });
  });

  it('checks the sender before the name and the name before the parameters', async () => {
    const { server } = ipcFixture();
    const codes = await Promise.all([
      server.answer(fromPage({ senderFrame: null }), 'no.such', { bad: 1 }),
      server.answer(fromPage(), 'no.such', { bad: 1 }),
      server.answer(fromPage(), 'status.get', { bad: 1 }),
    ]);
    expect(codes.map((reply) => (reply.ok ? 'ok' : reply.error.code))).toEqual([
      'not_trusted',
      'unknown_call',
      'invalid_params',
    ]);
  });

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    42,
    null,
    undefined,
    {},
    ['status.get'],
  ])('does not take %j for a call', async (name) => {
    const { server, called } = ipcFixture();
    expect(await server.answer(fromPage(), name)).toMatchObject({ error: { code: 'unknown_call' } });
    expect(called).toEqual([]);
  });

  it('refuses a call with arguments that nobody would look at', async () => {
    const { server } = ipcFixture();
    const reply = await server.answer(fromPage(), 'status.get', undefined, 'extra');
    expect(reply).toMatchObject({ error: { code: 'unknown_call' } });
  });

  it('names the field of a bad parameter without repeating its value', async () => {
    const { server, log } = ipcFixture();
    const reply = await server.answer(fromPage(), 'settings.update', { gateway: { port: 'marker-value' } });
    expect(reply).toMatchObject({ error: { code: 'invalid_params', field: 'gateway.port' } });
    expect(JSON.stringify([reply, log])).not.toContain('marker-value');
  });

  it('turns a handler that throws into "internal", keeping message, stack and parameters to the log', async () => {
    const { server, log } = ipcFixture({
      'gateway.start': () => {
        throw new Error('marker-value');
      },
      'gateway.stop': () => Promise.reject(new Error('marker-value')),
    });
    for (const name of ['gateway.start', 'gateway.stop']) {
      const reply = await server.answer(fromPage(), name);
      expect(reply).toEqual({
        ok: false,
        error: { code: 'internal', message: 'an internal error, see the log' },
      });
    }
    expect(log.map(({ level, event }) => [level, event])).toEqual([
      ['error', 'ipc.handler-failed'],
      ['error', 'ipc.handler-failed'],
    ]);
  });

  it('listens on exactly one channel and leaves it on stop', () => {
    const channels: string[] = [];
    const server = new IpcServer({
      port: {
        handle: (channel) => channels.push(`+${channel}`),
        removeHandler: (channel) => channels.push(`-${channel}`),
      },
      trusted: new TrustedSenders(),
      validators,
      handlers: {} as IpcHandlers,
      logger: silentLogger,
    });
    server.start();
    server.stop();
    expect(channels).toEqual(['+gatehouse:call', '-gatehouse:call']);
  });
});
