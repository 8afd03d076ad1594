// REL-80: whatever an adapter breaks in, only its own channel shows it, with the reason; the others keep running and the
// process lives. What is thrown where nobody calls (a timer, a socket's listener) is the hardest: nothing catches it there.

import { expect, it } from 'vitest';
import type { EpochContext } from '../../../electron/core/channels/channel-adapter';
import type { ChannelNet, SocketRequest } from '../../../electron/core/channels/net/channel-net';
import { ok } from '../../../electron/core/lib/result';
import { managerHarness, ScriptedAdapter, settle } from '../../helpers/channel-doubles';

const boom = (): never => {
  throw new Error('boom');
};

/** A net whose sockets a test plays: it holds what was asked for, with the listeners. */
class PlayedNet implements ChannelNet {
  readonly sockets: SocketRequest[] = [];

  async http() {
    return ok({ status: 200, headers: {}, text: '' });
  }
  async connect(request: SocketRequest) {
    this.sockets.push(request);
    const closed = new Promise<never>(() => undefined);
    return ok({ closed, send: () => undefined, ping: () => undefined, close: () => undefined });
  }
}

interface Stage {
  readonly broken: ScriptedAdapter;
  readonly context: EpochContext;
  readonly net: PlayedNet;
}

const socketWith = async (stage: Stage, listeners: Partial<SocketRequest>): Promise<SocketRequest> => {
  await stage.context.net.connect({
    url: 'wss://vendor.example/',
    signal: stage.context.signal,
    timeoutMs: 1_000,
    onMessage: () => undefined,
    ...listeners,
  });
  return stage.net.sockets[0] as SocketRequest;
};

const WAYS: readonly (readonly [string, (stage: Stage) => unknown])[] = [
  ['with a promise that rejects', ({ broken }) => broken.latest('a').reject(new Error('boom'))],
  ['in a timer', ({ context }) => context.clock.setTimeout(boom, 5)],
  ['in a repeating timer', ({ context }) => context.clock.setInterval(boom, 5)],
  [
    'when a message arrives',
    async (stage) => (await socketWith(stage, { onMessage: boom })).onMessage(Buffer.from('x'), false),
  ],
  ['when a ping arrives', async (stage) => (await socketWith(stage, { onPing: boom })).onPing?.()],
  ['when a pong arrives', async (stage) => (await socketWith(stage, { onPong: boom })).onPong?.()],
];

it.each(WAYS)('REL-80: an adapter that breaks %s takes down its own channel only', async (_name, breakIt) => {
  const broken = new ScriptedAdapter('broken', ['a']);
  const fine = new ScriptedAdapter('fine', ['a']);
  const net = new PlayedNet();
  const { manager, status, pass } = managerHarness([broken, fine], { net });
  await manager.start();
  await settle();
  for (const adapter of [broken, fine])
    adapter.latest('a').context.ready({ mode: 'websocket', evidence: 'hello' });
  await breakIt({ broken, context: broken.latest('a').context, net });
  await pass(10);
  expect(status('a', 'broken')).toMatchObject({
    phase: 'backoff',
    word: 'retrying',
    connected: false,
    lastError: { class: 'protocol', code: 'adapter_threw', message: expect.stringContaining('boom') },
  });
  expect(status('a', 'fine')).toMatchObject({ phase: 'ready', connected: true, word: 'connected' });
  expect(fine.count('a')).toBe(1);
  await manager.stop();
});

it.each([
  ['lists its accounts', 'listAccountIds'],
  ['reads an account', 'resolve'],
  ['compares an account with what it was', 'fingerprint'],
] as const)(
  'REL-80: an adapter that throws at load while it %s is shown so; the others start',
  async (_name, part) => {
    const broken = new ScriptedAdapter('broken', ['default']);
    Object.assign(broken.config, { [part]: boom });
    const fine = new ScriptedAdapter('fine', ['a']);
    const { manager, status, logger } = managerHarness([broken, fine]);
    await manager.start();
    await settle();
    fine.latest('a').context.ready({ mode: 'websocket', evidence: 'hello' });
    expect(status('a', 'fine')).toMatchObject({ phase: 'ready', word: 'connected' });
    const shown = status('default', 'broken');
    expect(shown.connected).not.toBe(true);
    expect(JSON.stringify(shown) + logger.text()).toContain('boom');
    await manager.stop();
  },
);

it('REL-80: a route that throws is answered with 500, and the account goes on', async () => {
  const broken = new ScriptedAdapter('broken', ['a'], 'inbound');
  const { manager, status, logger } = managerHarness([broken]);
  await manager.start();
  await settle();
  const { context } = broken.latest('a');
  for (const [path, route] of [
    ['/throws', boom],
    ['/rejects', () => Promise.reject(new Error('boom'))],
  ] as const) {
    context.route(path, route);
    const written: unknown[] = [];
    const response = {
      headersSent: false,
      writeHead: (code: number) => {
        written.push(code);
        return response;
      },
      end: () => written.push('end'),
    };
    manager.httpRoute(path)?.({} as never, response as never);
    await settle();
    expect(written).toEqual([500, 'end']);
  }
  context.ready({ mode: 'webhook' });
  expect(status('a').phase).toBe('ready');
  expect(logger.text()).toContain('channel.route-failed');
  await manager.stop();
});
