// Port open, protocol answers, credential accepted, scope sufficient: each failure induced alone (REL-25), never
// two probes at once (REL-27), and recognised by its socket, not by its name.

import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../electron/core/lib/clock';
import { InternalPeers } from '../../electron/core/lib/internal-peers';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { systemRandom } from '../../electron/core/lib/random';
import { Redactor } from '../../electron/core/lib/redactor';
import { ChannelsProbe } from '../../electron/core/probe/channels-probe';
import { TokenStore } from '../../electron/core/tokens/token-store';
import { MemoryRepository } from '../helpers/memory-repository';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

async function probeOf(port: number): Promise<ChannelsProbe> {
  const tokens = new TokenStore({
    repository: new MemoryRepository(),
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    redactor: new Redactor(),
  });
  await tokens.start();
  return new ChannelsProbe({
    tokens,
    address: () => ({ host: '127.0.0.1', port, epoch: 1 }),
    internalPeers: new InternalPeers(),
    intervalMs: () => 60_000,
    version: '0.0.0-test',
    clock: systemClock,
    logger: silentLogger,
  });
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A gateway that answers `connect` and the call after it with scripted frames. */
async function scriptedGateway(answers: { connect: object; call?: object }): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  server.on('connection', (socket) => {
    socket.send(
      JSON.stringify({ type: 'event', event: 'connect.challenge', payload: { nonce: 'n', ts: 1 } }),
    );
    socket.on('message', (data) => {
      const { id } = JSON.parse(data.toString()) as { id: string };
      const answer = id === 'connect' ? answers.connect : answers.call;
      if (answer !== undefined) socket.send(JSON.stringify({ type: 'res', id, ...answer }));
      if (id === 'connect' && 'error' in answers.connect) socket.close(1008, 'refused');
    });
  });
  return (server.address() as AddressInfo).port;
}

const refusal = { code: 'INVALID_REQUEST', message: 'unauthorized: gateway token mismatch' };

describe('the probe report', () => {
  it('says that the port is not open', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    expect(await (await probeOf(port)).run('demand')).toMatchObject({
      portOpen: 'failed',
      protocol: 'not-run',
      credential: 'not-run',
      scope: 'not-run',
    });
  });

  it('says that something answers which is not the protocol', async () => {
    const port = await listening(createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')));
    expect(await (await probeOf(port)).run('demand')).toMatchObject({
      portOpen: 'ok',
      protocol: 'failed',
      credential: 'not-run',
    });
  });

  it('says that the credential was refused', async () => {
    const port = await scriptedGateway({ connect: { ok: false, error: refusal } });
    expect(await (await probeOf(port)).run('demand')).toMatchObject({
      portOpen: 'ok',
      protocol: 'ok',
      credential: 'failed',
      scope: 'not-run',
      error: refusal.message,
    });
  });

  it('says that the scope is not enough', async () => {
    const error = { code: 'FORBIDDEN', message: 'missing scope: operator.read' };
    const port = await scriptedGateway({ connect: { ok: true, payload: {} }, call: { ok: false, error } });
    expect(await (await probeOf(port)).run('demand')).toMatchObject({
      credential: 'ok',
      scope: 'failed',
      error: error.message,
    });
  });

  it('is all ok against the real gateway, with the generation it was accepted with', async () => {
    const core = await startTestCore();
    expect(await core.probe.run('demand')).toMatchObject({
      portOpen: 'ok',
      protocol: 'ok',
      credential: 'ok',
      scope: 'ok',
      generation: 1,
      retried: false,
    });
  });
});

describe('the probe', () => {
  it('joins the run in flight instead of starting a second', async () => {
    const core = await startTestCore();
    await core.probe.run('demand');
    const before = core.attempts({ internal: true }).length;
    const runs = await Promise.all([
      core.probe.run('demand'),
      core.probe.run('demand'),
      core.probe.run('demand'),
    ]);
    expect(new Set(runs).size).toBe(1);
    expect(core.attempts({ internal: true })).toHaveLength(before + 1);
  });

  it('does not answer for a listener that is gone: a restart gets a probe of its own', async () => {
    const core = await startTestCore();
    await core.probe.run('demand');
    const before = core.probe.run('demand');
    await core.gateway.restart();
    const after = await core.probe.run('demand');
    expect(after.error).toBeUndefined();
    expect(after).not.toBe(await before);
    expect(core.probe.status().last?.error).toBeUndefined();
  });

  it('is told by its socket: a stranger with its name is not internal', async () => {
    const core = await startTestCore();
    const client = await TestClient.open(core.url);
    const name = {
      id: 'gateway-client',
      mode: 'backend',
      displayName: 'gateway:channels.status',
      version: '1',
      platform: 'linux',
    };
    await client.connect(connectParams({ token: 'stale-token-stale-token-stale', client: name }));
    expect(core.attempts()).toMatchObject([{ internal: false, reason: 'token_mismatch' }]);
    expect(core.probe.status().internalRefusals).toBe(0);
  });
});
