// Whatever a gateway says in whatever order, over many connections: the engine is ready only by READY or RESUMED,
// resumes whenever that is possible, keeps its heartbeat while it is open, sends within the limit and leaves nothing.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { discordClosed } from '../../electron/core/channels/adapters/discord/close-codes';
import { settle } from '../helpers/fake-clock';
import { GatewayStage, type StageLink } from '../helpers/gateway-stage';

const RUNS = 400;
const CODES = [1000, 1001, 1006, 1006, 1006, 4000, 4000, 4001, 4003, 4004, 4007, 4008, 4009, 4014, 4999];

const step = fc.oneof(
  // As a gateway should: so that sequences get as far as sessions that are lost and resumed.
  { weight: 12, arbitrary: fc.record({ do: fc.constant('welcome' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('hello' as const),
      interval: fc.integer({ min: 1, max: 90_000 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('ready' as const), named: fc.integer({ min: 0, max: 9 }) }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('resumed' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('event' as const), s: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('demand' as const), times: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('invalid' as const), resumable: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('garbage' as const), text: fc.string() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('close' as const), code: fc.constantFrom(...CODES) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('deafen' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What an observer of the wire knows about one link. */
interface Seen {
  readonly link: StageLink;
  /** The session, as it stood when the link was opened. */
  readonly resumable: boolean;
  interval?: number;
  greetedAt?: number;
  proof: boolean;
}

class Run {
  readonly stage = new GatewayStage();
  readonly seen: Seen[] = [];
  /** Epoch ms of the session's last sign of life. */
  session: { at: number; seq: number } | undefined;

  get #now(): number {
    return this.stage.context.clock.now();
  }

  async play(next: Step): Promise<void> {
    if (next.do === 'welcome') {
      await this.play({ do: 'wait', ms: 5_000 });
      await this.play({ do: 'hello', interval: 40_000 });
      const resumes = this.stage.links.at(-1)?.sent.some(({ op }) => op === 6) === true;
      await this.play(resumes ? { do: 'resumed' } : { do: 'ready', named: 1 });
      return;
    }
    if (this.stage.ended !== undefined) this.stage.again();
    await settle();
    this.#look();
    const seen = this.seen.at(-1);
    if (seen?.link.isOpen === true) this.#act(seen, next);
    if (next.do === 'wait') await this.#wait(next.ms);
    await settle();
    this.#look();
    this.#check();
  }

  /** In small steps, so that the observer sees each link as it comes. */
  async #wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      await this.stage.pass(Math.min(1_000, left));
      this.#look();
      const seen = this.seen.at(-1);
      const beat = seen?.link.ops(1).at(-1);
      const isFresh = beat !== undefined && this.stage.context.clock.monotonicMs() - beat.at <= 1_000;
      if (seen?.link.acks === true && seen.proof && isFresh) this.#live();
    }
  }

  #live(seq?: number): void {
    if (this.session !== undefined) this.session = { at: this.#now, seq: seq ?? this.session.seq };
  }

  #look(): void {
    const { links } = this.stage;
    for (const link of links.slice(this.seen.length)) {
      // A session whose age is near the limit may be judged either way: the observer saw its life a second late.
      const ageMs = this.session === undefined ? Number.POSITIVE_INFINITY : this.#now - this.session.at;
      const resumable = ageMs < 290_000;
      if (!resumable) this.session = undefined;
      this.seen.push({ link, resumable, proof: false });
    }
  }

  #act(seen: Seen, next: Step): void {
    const { link } = seen;
    const isAsked = link.ops(2, 6).length > 0;
    const resumes = link.ops(6).length > 0;
    switch (next.do) {
      case 'hello':
        if (seen.greetedAt === undefined) {
          seen.greetedAt = this.stage.context.clock.monotonicMs();
          seen.interval = Math.max(1_000, next.interval);
        }
        link.say({ op: 10, d: { heartbeat_interval: next.interval } });
        break;
      case 'ready':
        if (!isAsked) this.session = undefined;
        else if (!seen.proof && next.named > 0) {
          seen.proof = true;
          this.session = { at: this.#now, seq: 1 };
        } else if (!seen.proof) this.session = undefined;
        link.say({ op: 0, t: 'READY', s: 1, d: next.named > 0 ? { session_id: 's' } : {} });
        break;
      case 'resumed':
        if (!isAsked) this.session = undefined;
        else if (resumes && !seen.proof) {
          seen.proof = true;
          this.#live();
        }
        link.say({ op: 0, t: 'RESUMED', d: null });
        break;
      case 'event':
        if (!isAsked) this.session = undefined;
        else if ((seen.proof || resumes) && next.s > (this.session?.seq ?? 0)) this.#live(next.s);
        link.say({ op: 0, t: 'EVENT', s: next.s, d: {} });
        break;
      case 'demand':
        for (let count = 0; count < next.times; count += 1) link.say({ op: 1, d: null });
        break;
      case 'reconnect':
        link.say({ op: 7, d: null });
        break;
      case 'invalid':
        if (!(next.resumable && (seen.proof || resumes))) this.session = undefined;
        link.say({ op: 9, d: next.resumable });
        break;
      case 'garbage':
        this.session = undefined;
        link.raw(next.text);
        break;
      case 'close': {
        const { session } = discordClosed(next.code);
        const isDoubted = session === 'doubt' && !seen.proof;
        if (next.code !== 1006 && (session === 'drop' || isDoubted)) this.session = undefined;
        link.close(next.code);
        break;
      }
      case 'deafen':
        link.acks = false;
    }
  }

  #check(): void {
    const now = this.stage.context.clock.monotonicMs();
    for (const { link, resumable, interval, greetedAt, proof } of this.seen) {
      const asked = link.ops(2, 6);
      expect(asked).toHaveLength(greetedAt === undefined ? 0 : 1);
      if (resumable && asked.length > 0) expect(asked[0]?.op).toBe(6);
      if (link === this.stage.link && this.stage.ended === undefined && this.stage.context.isReady) {
        expect(proof).toBe(true);
      }
      if (greetedAt !== undefined && interval !== undefined) {
        const beats = link.ops(1).flatMap(({ at }) => (at < greetedAt ? [] : [at]));
        let last = greetedAt;
        for (const at of link.isOpen ? [...beats, now] : beats) {
          expect(at - last).toBeLessThanOrEqual(interval);
          last = at;
        }
      }
      link.sent.forEach(({ at }, index) => {
        const before = link.sent[index - 120];
        if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(60_000);
      });
    }
    if (this.stage.ended !== undefined) expect(this.stage.context.clock.pendingTimers).toBe(0);
  }
}

it('the gateway engine keeps its promises whatever the server says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const run = new Run();
      for (const next of steps) await run.play(next);
      run.stage.context.abort();
      expect(await run.stage.end).toBeDefined();
      expect(run.stage.context.clock.pendingTimers).toBe(0);
    }),
    { numRuns: RUNS },
  );
});
