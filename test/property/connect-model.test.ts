// Ten thousand steps of connecting, rotating, pairing, revoking, guessing and restarting, against the real core on
// real sockets and beside it a small model (connect-model.ts): they must agree on every answer, every grant and every
// session that has to end. fast-check prints the seed of a run that failed; the trace says which steps led there.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { systemRandom } from '../../electron/core/lib/random';
import { Secret } from '../../electron/core/lib/secret';
import { generateToken } from '../../electron/core/tokens/token-format';
import type { AuthAttemptEvent } from '../../shared/model/auth-event';
import { eventually } from '../gateway/eventually';
import { FakeClock } from '../helpers/fake-clock';
import { MemoryDevices } from '../helpers/memory-devices';
import { MemoryRepository } from '../helpers/memory-repository';
import type { TestCore } from '../helpers/test-core';
import { startTestCore } from '../helpers/test-core';
import { TestDevice } from '../helpers/test-device';
import type { Closed, Frame } from '../helpers/ws-client';
import { connectParams, TestClient } from '../helpers/ws-client';
import type { Attempt, Expected, ModelSession, Presented } from './connect-model';
import { ConnectModel } from './connect-model';

const RUNS = 50;
const STEPS = 200;
const MAX_SESSIONS = 5;
const PAGES = { 'page-a': 'http://a.panel.example', 'page-b': 'http://b.panel.example' };

const AUTH_CHANGED = { code: 4001, reason: 'gateway auth changed' };
const RESTARTED = { code: 1012, reason: 'service restart' };
const ended = (why: string) => ({ code: 4001, reason: `client invalidated: ${why}` });

const CREDENTIALS = ['current', 'previous', 'junk', 'none', 'device', 'old device', 'other device'] as const;

const connect = fc.record({
  do: fc.constant('connect' as const),
  peer: fc.constantFrom('native', 'native', 'native', 'proxied', 'page-a', 'page-b' as const),
  device: fc.option(fc.nat(2), { nil: undefined }),
  credential: fc.constantFrom(...CREDENTIALS, 'current', 'current', 'device'),
  inDeviceField: fc.boolean(),
  badSignature: fc.integer({ min: 0, max: 9 }).map((number) => number === 9),
  cli: fc.boolean(),
  protocols: fc.constantFrom<readonly [number, number]>([3, 4], [3, 3], [4, 4], [3, 4], [1, 2], [5, 9]),
  role: fc.constantFrom('operator', 'operator', 'operator', 'operator', 'node' as const),
  scopes: fc.subarray(
    ['operator.read', 'operator.write', 'operator.pairing', 'operator.admin', 'operator.everything'],
    { maxLength: 2 },
  ),
  platform: fc.constantFrom('linux', 'linux', 'linux', 'linux', 'linux', 'win32'),
});
const rotation = { leaked: fc.boolean(), graceMs: fc.constantFrom(0, 40_000) };
const which = { device: fc.nat(2), role: fc.constantFrom('operator', 'operator', 'node' as const) };
const does = <T extends string>(name: T) => ({ do: fc.constant(name) });

const step = fc.oneof(
  { weight: 110, arbitrary: connect },
  { weight: 8, arbitrary: fc.record({ ...does('rotate'), ...rotation }) },
  { weight: 6, arbitrary: fc.record({ ...does('race'), ...rotation, twice: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ ...does('retireGrace') }) },
  { weight: 3, arbitrary: fc.record({ ...does('adopt'), graceMs: rotation.graceMs }) },
  { weight: 14, arbitrary: fc.record({ ...does('approve'), pick: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ ...does('reject'), pick: fc.nat(30) }) },
  { weight: 4, arbitrary: fc.record({ ...does('remove'), ...which }) },
  { weight: 6, arbitrary: fc.record({ ...does('rotateToken'), ...which }) },
  { weight: 6, arbitrary: fc.record({ ...does('revokeToken'), ...which }) },
  {
    weight: 5,
    arbitrary: fc.record({ ...does('guess'), peer: fc.constantFrom('proxied', 'page-a' as const) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ ...does('wait'), ms: fc.constantFrom(1_000, 20_000, 61_000, 301_000) }),
  },
  { weight: 2, arbitrary: fc.record({ ...does('restartGateway') }) },
  { weight: 1, arbitrary: fc.record({ ...does('restartCore') }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type ConnectStep = Extract<Step, { do: 'connect' }>;

class Run {
  readonly clock = new FakeClock();
  readonly model = new ConnectModel(this.clock);
  readonly #repository = new MemoryRepository();
  readonly #devices = new MemoryDevices();
  readonly #keys = [new TestDevice(), new TestDevice(), new TestDevice()];
  readonly #clients = new Map<number, TestClient>();
  /** Index 0 is generation 1. */
  readonly #secrets: string[] = [];
  readonly #tokens: { serial: number; device: number; role: string; text: string }[] = [];
  readonly #requests: { serial: number; requestId: string }[] = [];
  #attempts: AuthAttemptEvent[] = [];
  #core: TestCore | undefined;
  #nextTickMs = 0;

  get core(): TestCore {
    if (this.#core === undefined) throw new Error('not started');
    return this.#core;
  }

  async start(): Promise<void> {
    this.#core = await startTestCore({
      inMemory: true,
      clock: this.clock,
      repository: this.#repository,
      devices: this.#devices,
      settings: { gateway: { controlUi: { allowedOrigins: Object.values(PAGES) } } },
    });
    this.#attempts = [];
    this.core.authLog.onAppended((event) => {
      if (event.event === 'auth.attempt' && !event.internal) this.#attempts.push(event);
    });
    this.#nextTickMs = this.clock.monotonicMs() + 30_000;
    if (this.#secrets.length === 0) this.#secrets.push(this.core.token());
    await this.#probed();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'connect':
        await this.#connect(this.#attemptOf(step));
        break;
      case 'guess':
        for (let count = 0; count < 4; count += 1) await this.#connect({ ...GUESS, peer: step.peer });
        break;
      case 'rotate':
        await this.#rotate(step.leaked, step.graceMs);
        break;
      case 'race':
        await this.#race(step);
        break;
      case 'adopt': {
        const text = generateToken(systemRandom);
        const adopted = this.core.tokens.adopt({
          secret: new Secret(text),
          graceMs: step.graceMs,
          by: 'panel',
        });
        expect((await adopted).ok).toBe(true);
        await this.#changed(this.model.rotate({ leaked: false, graceMs: step.graceMs }));
        break;
      }
      case 'retireGrace':
        expect((await this.core.tokens.retireGrace('panel')).ok).toBe(true);
        await this.#allClosed(this.model.retireGrace(), AUTH_CHANGED);
        break;
      case 'approve':
      case 'reject': {
        const request = this.#requests.at(-1 - (step.pick % Math.max(1, Math.min(4, this.#requests.length))));
        if (request === undefined) break;
        const { requestId, serial } = request;
        const done =
          step.do === 'approve'
            ? await this.core.pairing.approve({ requestId, by: 'panel' })
            : this.core.pairing.reject({ requestId, by: 'panel' });
        expect(done.ok).toBe(this.model[step.do](serial));
        break;
      }
      case 'remove': {
        const done = await this.core.pairing.remove({ deviceId: this.#deviceId(step.device), by: 'panel' });
        const over = this.model.remove(step.device);
        expect(done.ok).toBe(over !== undefined);
        await this.#allClosed(over ?? [], ended('device-pair-removed'));
        break;
      }
      case 'rotateToken': {
        const { device, role } = step;
        const done = await this.core.pairing.rotateToken({
          deviceId: this.#deviceId(device),
          role,
          by: 'panel',
        });
        const expected = this.model.rotateToken(device, role);
        expect(done.ok).toBe(expected !== undefined);
        if (!done.ok || expected === undefined) break;
        this.#tokens.push({ serial: expected.serial, device, role, text: done.value.secret.expose() });
        await this.#allClosed(expected.ended, ended('device-token-rotated'));
        break;
      }
      case 'revokeToken': {
        const { device, role } = step;
        const done = await this.core.pairing.revokeToken({
          deviceId: this.#deviceId(device),
          role,
          by: 'panel',
        });
        const over = this.model.revokeToken(device, role);
        expect(done.ok).toBe(over !== undefined);
        await this.#allClosed(over ?? [], ended('device-token-revoked'));
        break;
      }
      case 'wait':
        await this.#pass(step.ms);
        break;
      case 'restartGateway':
        await this.core.gateway.restart();
        this.#nextTickMs = this.clock.monotonicMs() + 30_000;
        await this.#probed();
        await this.#allClosed(this.model.restartGateway(), RESTARTED);
        break;
      case 'restartCore':
        await this.core.stop();
        await this.#allClosed(this.model.restartCore(), RESTARTED);
        await this.start();
        break;
    }
    await this.#agrees();
  }

  async stop(): Promise<void> {
    await this.core.stop();
  }

  /** Fills in what the step's words mean now. */
  #attemptOf(step: ConnectStep): Attempt {
    const { device, credential, ...rest } = step;
    const own = this.#tokens.filter((token) => token.device === device && token.role === step.role);
    const of = (token: { serial: number } | undefined): Presented =>
      token === undefined ? { kind: 'junk' } : { kind: 'device', serial: token.serial };
    const presented = ((): Presented => {
      switch (credential) {
        case 'current':
          return { kind: 'generation', generation: this.model.generation };
        case 'previous':
          return this.model.generation > 1
            ? { kind: 'generation', generation: this.model.generation - 1 }
            : { kind: 'junk' };
        case 'device':
          return of(own.at(-1));
        case 'old device':
          return of(own.at(-2));
        case 'other device':
          return of(this.#tokens.findLast((token) => token.device !== device));
        default:
          return { kind: credential };
      }
    })();
    // The gateway's own secret in the field of device tokens would only be another junk.
    const inDeviceField = rest.inDeviceField && presented.kind !== 'generation';
    return { ...rest, device, presented, inDeviceField };
  }

  async #open(attempt: Attempt): Promise<TestClient> {
    const { peer } = attempt;
    if (peer === 'native') return TestClient.open(this.core.url);
    if (peer === 'proxied') {
      return TestClient.open(this.core.url, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    }
    return TestClient.open(this.core.url, { origin: PAGES[peer] });
  }

  async #connect(
    attempt: Attempt,
    race?: { readonly client: TestClient; readonly pinned: number; readonly cut: boolean },
  ): Promise<Expected> {
    const client = race?.client ?? (await this.#open(attempt));
    const seen = this.#attempts.length;
    const { payload } = await client.challenge();
    const answer = client.request('connect', this.#params(attempt, payload.nonce));
    answer.catch(() => undefined);
    // A pairing is on disk before its answer: however many turns that takes.
    while (this.#attempts.length <= seen) await new Promise((resolve) => setImmediate(resolve));
    expect(this.#attempts).toHaveLength(seen + 1);
    const event = this.#attempts[seen];
    const expected = this.model.connect(attempt, race);
    if (expected.outcome === 'accepted') {
      expect(event).toMatchObject({ outcome: 'accepted', scopesGranted: expected.scopes });
      this.#granted(attempt, expected, await answer);
      this.#clients.set(expected.session.id, client);
      await this.#allClosed(this.model.settle(), AUTH_CHANGED);
      await this.#makeRoom();
      return expected;
    }
    const { reason, delayMs } = expected;
    if (reason === 'superseded') expect(event).toMatchObject({ outcome: 'superseded' });
    else expect(event).toMatchObject({ outcome: 'refused', reason, scopesGranted: [] });
    expect(this.core.gateway.limiter.delayedCount).toBe(delayMs > 0 ? 1 : 0);
    if (delayMs > 0) {
      await this.#pass(delayMs - 1);
      expect(client.frames.some((frame) => frame.type === 'res')).toBe(false);
      await this.#pass(1);
    }
    const reply = await answer;
    expect(reply.ok).toBe(false);
    expect(authReasonOf(reply)).toBe(reason);
    expect((await client.closed).code).toBe(CLOSE_CODES[reason] ?? 1008);
    if (expected.request !== undefined) this.#requested(expected.request, reply);
    return expected;
  }

  #params(attempt: Attempt, nonce: string): Record<string, unknown> {
    const { presented, inDeviceField, cli, protocols, role, scopes, platform, device, badSignature } =
      attempt;
    const text = this.#textOf(presented);
    const auth = inDeviceField ? { deviceToken: text } : { token: text };
    const [minProtocol, maxProtocol] = protocols;
    const names = cli ? { id: 'cli', mode: 'cli' } : { id: 'gateway-client', mode: 'backend' };
    const params = connectParams({
      minProtocol,
      maxProtocol,
      role,
      scopes,
      client: { ...names, version: '2026.9.6', platform },
      ...(text === undefined ? {} : { auth }),
    });
    if (device === undefined) return params;
    const options = {
      signedAt: this.clock.now(),
      ...(badSignature ? { tamper: (text: string) => `${text}x` } : {}),
    };
    return this.#key(device).signed(params, nonce, options);
  }

  #textOf(presented: Presented): string | undefined {
    switch (presented.kind) {
      case 'none':
        return undefined;
      case 'junk':
        return 'a-guess-that-is-not-right-at-all';
      case 'generation':
        return this.#secrets[presented.generation - 1];
      case 'device':
        return this.#tokens.find(({ serial }) => serial === presented.serial)?.text;
    }
  }

  #granted(attempt: Attempt, expected: Extract<Expected, { outcome: 'accepted' }>, reply: Frame): void {
    const { device, role } = attempt;
    expect(reply.payload?.auth).toMatchObject({ role, scopes: expected.scopes });
    const { deviceToken } = reply.payload.auth as { deviceToken?: string };
    const { grant } = expected;
    if (grant === undefined || device === undefined) {
      expect(deviceToken).toBeUndefined();
      return;
    }
    if (grant.isNew) {
      expect(deviceToken).toMatch(/^[\w-]{43}$/);
      expect(this.#tokens.map(({ text }) => text)).not.toContain(deviceToken);
      this.#tokens.push({ serial: grant.serial, device, role, text: deviceToken ?? '' });
    } else expect(deviceToken).toBe(this.#tokens.find(({ serial }) => serial === grant.serial)?.text);
  }

  #requested({ serial }: { readonly serial: number }, reply: Frame): void {
    const requestId = String(reply.error?.details?.requestId);
    const known = this.#requests.find((request) => request.serial === serial);
    if (known !== undefined) expect(requestId).toBe(known.requestId);
    else {
      expect(this.#requests.map((request) => request.requestId)).not.toContain(requestId);
      this.#requests.push({ serial, requestId });
    }
  }

  async #rotate(leaked: boolean, graceMs: number): Promise<void> {
    const reason = leaked ? 'leaked' : 'routine';
    expect((await this.core.tokens.rotate({ reason, graceMs, by: 'panel' })).ok).toBe(true);
    await this.#changed(this.model.rotate({ leaked, graceMs }));
  }

  async #changed(over: readonly ModelSession[]): Promise<void> {
    this.#secrets.push(this.core.token());
    await this.#probed();
    await this.#allClosed(over, AUTH_CHANGED);
  }

  /** A rotation between a client's challenge and its connect: right when it was asked, so it is right. */
  async #race(o: { leaked: boolean; graceMs: number; twice: boolean }): Promise<void> {
    const pinned = this.model.generation;
    const attempt: Attempt = {
      ...GUESS,
      peer: 'native',
      presented: { kind: 'generation', generation: pinned },
    };
    const client = await this.#open(attempt);
    await client.challenge();
    if (o.twice) await this.#rotate(false, 0);
    await this.#rotate(o.leaked, o.graceMs);
    await this.#connect(attempt, { client, pinned, cut: o.leaked });
  }

  /** The probe that a start or a rotation brings is over; its success forgives earlier guesses. */
  async #probed(): Promise<void> {
    expect((await this.core.probe.run('rotation')).error).toBeUndefined();
    this.model.probed();
  }

  /** In pieces that hold at most one tick, so that every client can answer its ping. */
  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; ) {
      const piece = Math.min(left, Math.max(1, this.#nextTickMs - this.clock.monotonicMs()));
      this.clock.advance(piece);
      left -= piece;
      await this.#allClosed(this.model.settle(), AUTH_CHANGED);
      if (this.clock.monotonicMs() < this.#nextTickMs) continue;
      this.#nextTickMs += 30_000;
      await Promise.all(this.model.sessions.map(({ id }) => this.#hasAnswered(id)));
    }
  }

  /** The first round trip has the gateway's ping before it, the second one the pong to it. */
  async #hasAnswered(id: number): Promise<void> {
    const socket = this.#clients.get(id)?.socket;
    for (let round = 0; round < 2; round += 1) {
      const pong = new Promise((resolve) => socket?.once('pong', resolve));
      socket?.ping();
      await pong;
    }
  }

  async #makeRoom(): Promise<void> {
    const [oldest] = this.model.sessions;
    if (oldest === undefined || this.model.sessions.length <= MAX_SESSIONS) return;
    const client = this.#clients.get(oldest.id);
    client?.socket.close();
    await client?.closed;
    this.model.leave(oldest.id);
    this.#clients.delete(oldest.id);
  }

  async #allClosed(over: readonly ModelSession[], close: Closed): Promise<void> {
    for (const { id } of over) {
      expect(await this.#clients.get(id)?.closed).toEqual(close);
      this.#clients.delete(id);
    }
  }

  /** Who must be gone is gone (see #allClosed), and nobody else. */
  async #agrees(): Promise<void> {
    const { core, model } = this;
    await eventually(() => core.gateway.status().clients === model.sessions.length);
    expect(this.core.tokens.generation).toBe(model.generation);
    const { pending, paired } = core.pairing.list();
    expect(pending).toHaveLength(model.pending.size);
    expect(
      Object.fromEntries(paired.map(({ deviceId, scopes, roles }) => [deviceId, { scopes, roles }])),
    ).toEqual(
      Object.fromEntries(
        [...model.devices].map(([device, { scopes, roles }]) => [this.#deviceId(device), { scopes, roles }]),
      ),
    );
    expect(core.probe.status().internalRefusals).toBe(0);
  }

  #key(device: number): TestDevice {
    const key = this.#keys[device];
    if (key === undefined) throw new Error('no such device');
    return key;
  }

  #deviceId(device: number): string {
    return this.#key(device).id;
  }
}

const GUESS: Attempt = {
  peer: 'native',
  device: undefined,
  presented: { kind: 'junk' },
  inDeviceField: false,
  badSignature: false,
  cli: false,
  protocols: [3, 4],
  role: 'operator',
  scopes: ['operator.read'],
  platform: 'linux',
};

const CLOSE_CODES: Readonly<Record<string, number>> = { protocol_mismatch: 1002, superseded: 4001 };

/** The reason as the client is told it, in the auth log's spelling. */
function authReasonOf({ error }: Frame): string {
  const { authReason, reason, code } = (error?.details ?? {}) as Record<string, string | undefined>;
  return (authReason ?? reason ?? code ?? '').replaceAll('-', '_').toLowerCase();
}

/** Something that never comes is a disagreement too, and is to be told with its step. */
async function withoutHanging(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('an answer or a close never came')), 30_000);
  });
  await Promise.race([work, hang]).finally(() => clearTimeout(timer));
}

it('SEC-13, SEC-14, SEC-16: in 10,000 steps the core and the model disagree about nothing', async () => {
  let taken = 0;
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS }), async (steps) => {
      const run = new Run();
      await run.start();
      for (const [index, each] of steps.entries()) {
        try {
          await withoutHanging(run.take(each));
        } catch (error) {
          const trace = steps.slice(Math.max(0, index - 12), index + 1).map((one) => JSON.stringify(one));
          throw new Error(`step ${index}: ${(error as Error).message}\nafter:\n${trace.join('\n')}`, {
            cause: error,
          });
        }
        taken += 1;
        seen.set(each.do, (seen.get(each.do) ?? 0) + 1);
      }
      await run.stop();
    }),
    {
      numRuns: RUNS,
      endOnFailure: true,
      // Two hundred steps say nothing; the last ones before the failure are in its message.
      reporter: ({ failed, seed, counterexamplePath: path, errorInstance }) => {
        if (!failed) return;
        throw new Error(`seed: ${seed}, path: '${path}'; ${(errorInstance as Error).message}`, {
          cause: errorInstance,
        });
      },
    },
  );
  expect(taken).toBe(RUNS * STEPS);
  expect(seen.size).toBe(14);
});
