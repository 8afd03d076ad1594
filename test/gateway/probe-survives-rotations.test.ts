// The regression of openclaw/openclaw#75898: a rotation injected at each of six points of a probe, 2,000 times each.
// The promise is zero refusals logged for our own probe and zero false "down". MemoryRepository saves within
// microtasks, so a rotation started at a point has landed before the next byte moves.

import { afterEach, describe, expect, it } from 'vitest';
import { GatewaySocket } from '../../electron/core/gateway/gateway-socket';
import type { CallStep } from '../../electron/core/probe/gateway-client';
import type { RotationReason } from '../../shared/model/token';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const ROUNDS = 2_000;

type Point =
  | 'before dialling'
  | 'socket open'
  | 'challenge sent'
  | 'after lease'
  | 'connect sent'
  | 'before compare';
const POINTS: readonly Point[] = [
  'before dialling',
  'socket open',
  'challenge sent',
  'after lease',
  'connect sent',
  'before compare',
];
const CLIENT_STEPS: Partial<Record<Point, CallStep>> = {
  'socket open': 'dial',
  'after lease': 'leased',
  'connect sent': 'sent',
};

const { send, emit } = GatewaySocket.prototype;
afterEach(() => {
  GatewaySocket.prototype.send = send;
  GatewaySocket.prototype.emit = emit;
});

/** Runs `rotate` once per arming, at the server-side points: when the challenge leaves, and before the compare. */
function hookServer(point: Point, fire: () => Promise<void> | undefined): void {
  if (point === 'challenge sent') {
    GatewaySocket.prototype.send = function hooked(this: GatewaySocket, ...args: unknown[]) {
      Reflect.apply(send, this, args);
      if (String(args[0]).includes('connect.challenge')) void fire();
    } as typeof send;
  }
  if (point === 'before compare') {
    GatewaySocket.prototype.emit = function hooked(this: GatewaySocket, name: string, ...args: unknown[]) {
      const holds = name === 'message' && String(args[0]).includes('"connect"') ? fire() : undefined;
      if (holds === undefined) return Reflect.apply(emit, this, [name, ...args]);
      void holds.then(() => Reflect.apply(emit, this, [name, ...args]));
      return true;
    } as typeof emit;
  }
}

async function race(point: Point, reason: RotationReason, rounds: number) {
  let armed = false;
  const fire = (): Promise<void> | undefined => {
    if (!armed) return undefined;
    armed = false;
    return core.tokens.rotate({ reason, graceMs: 0, by: 'panel' }).then((result) => {
      if (!result.ok) throw new Error(result.error.detail);
    });
  };
  const core = await startTestCore({
    onProbeStep: (step) => {
      if (CLIENT_STEPS[point] === step) void fire();
    },
  });
  // The start-up probe is not part of the race.
  await core.probe.run('demand');
  hookServer(point, fire);
  const before = core.tokens.generation;
  let down = 0;
  let retried = 0;
  for (let round = 0; round < rounds; round += 1) {
    armed = true;
    if (point === 'before dialling') await fire();
    const report = await core.probe.run('demand');
    if (report.error !== undefined || report.credential !== 'ok') down += 1;
    if (report.retried) retried += 1;
  }
  const attempts = core.attempts({ internal: true });
  return {
    rotations: core.tokens.generation - before,
    down,
    retried,
    refused: attempts.filter(({ outcome }) => outcome === 'refused').length,
    superseded: attempts.filter(({ outcome }) => outcome === 'superseded').length,
    /** Accepted although the token had already been replaced: the races that a naive store loses. */
    savedByThePin: attempts.filter(
      (event) =>
        event.outcome === 'accepted' && event.presentedAs !== 'current' && event.presentedAs !== 'grace',
    ).length,
    external: core.attempts().length,
    counted: core.probe.status().internalRefusals,
  };
}

describe('the internal probe', () => {
  it.each(POINTS)('is never refused when a routine rotation lands at: %s', async (point) => {
    const result = await race(point, 'routine', ROUNDS);
    expect(result).toMatchObject({
      rotations: ROUNDS,
      down: 0,
      refused: 0,
      superseded: 0,
      external: 0,
      counted: 0,
    });
  });

  it.each(POINTS)(
    'is superseded at most once, then accepted, when a leaked rotation lands at: %s',
    async (point) => {
      const result = await race(point, 'leaked', 200);
      expect(result).toMatchObject({ rotations: 200, down: 0, refused: 0, external: 0, counted: 0 });
      // Once the server has pinned a generation, a leaked rotation must really cut the handshake.
      const cuts = point === 'after lease' || point === 'connect sent' || point === 'before compare';
      if (cuts) expect(result).toMatchObject({ superseded: 200, retried: 200 });
    },
  );

  it('would be refused if it kept a copy of the token: the race is real', async () => {
    const core = await startTestCore();
    const copy = core.token();
    await core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
    const client = await TestClient.open(core.url);
    const answer = await client.connect(connectParams({ token: copy }));
    expect(answer.error?.details?.authReason).toBe('token_mismatch');
  });
});
