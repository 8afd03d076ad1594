// The auth log under random use and random tampering: nothing is shown twice or lost, no change goes unseen,
// and a crash is never taken for tampering.

import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AuthLogHome, accepted, allPages, attempt, attemptsIn } from '../helpers/auth-log-home';

/** Small seeded generator, so that a failure can be repeated. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ROUNDS = Number(process.env.GATEHOUSE_PROPERTY_ROUNDS ?? 400);

it('finds every random edit, deletion, swap, insertion, cut and removed segment', async () => {
  const home = await AuthLogHome.make();
  try {
    const log = await home.started({ segmentBytes: 12_288 });
    for (let index = 0; index < 120; index += 1) {
      log.append(attempt({ peer: `10.0.0.${index}:1` }));
      if (index % 3 === 0) log.append(attempt({ peer: `10.0.0.${index}:2` }));
      if (index % 17 === 0) await log.flush();
    }
    await log.stop();
    const names = await home.segments();
    expect(names.length).toBeGreaterThan(3);
    const originals = new Map(
      await Promise.all(
        names.map(async (name) => [name, await readFile(join(home.dir, name), 'utf8')] as const),
      ),
    );
    expect((await home.verify()).problems).toEqual([]);
    const random = seeded(1);
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = names[random(names.length)]!;
      const path = join(home.dir, name);
      const text = originals.get(name)!;
      const lines = text.split('\n').slice(0, -1);
      const at = random(lines.length);
      const kind = ['edit', 'delete', 'swap', 'insert', 'cut', 'remove', 'flip'][random(7)]!;
      if (kind === 'remove') await rm(path);
      else if (kind === 'cut')
        await truncate(path, Buffer.byteLength(lines.slice(0, at).join('\n')) + (at > 0 ? 1 : 0));
      else {
        if (kind === 'edit') lines[at] = lines[at]!.replace('"refused"', '"accepted"');
        else if (kind === 'delete') lines.splice(at, 1);
        else if (kind === 'insert') lines.splice(at, 0, lines[random(lines.length)]!);
        else if (kind === 'flip') {
          const line = lines[at]!;
          const where = random(line.length);
          lines[at] = `${line.slice(0, where)}${line[where] === '7' ? '8' : '7'}${line.slice(where + 1)}`;
        } else {
          const to = (at + 1 + random(lines.length - 1)) % lines.length;
          [lines[at], lines[to]] = [lines[to]!, lines[at]!];
        }
        await writeFile(path, lines.map((line) => `${line}\n`).join(''));
      }
      const { problems } = await home.verify();
      expect(problems.length, `round ${round}: ${kind} at line ${at} of ${name}`).toBeGreaterThan(0);
      await writeFile(path, text);
    }
    expect((await home.verify()).problems).toEqual([]);
    await rm(home.headFile);
    expect((await home.verify()).problems).toMatchObject([{ kind: 'head' }]);
  } finally {
    await home.remove();
  }
});

it('never takes a crash for tampering, and counts what had reached the disk', async () => {
  const home = await AuthLogHome.make();
  try {
    const random = seeded(2);
    const log = await home.started({ segmentBytes: 8_192, maxBytes: 40_960 });
    let appended = 0;
    for (let round = 0; round < Math.ceil(ROUNDS / 8); round += 1) {
      for (let index = random(30); index >= 0; index -= 1) {
        log.append(attempt({ peer: `10.0.${random(3)}.${random(6)}:1` }));
        appended += 1;
      }
      const flushed = log.flush();
      if (random(2) === 0) await flushed;
      const image = await home.crashImage();
      if (random(2) === 0) {
        const newest = (await image.segments()).at(-1)!;
        await writeFile(join(image.dir, newest), '{"seq":99', { flag: 'a' });
      }
      expect((await image.verify()).problems).toEqual([]);
      const revived = await image.started({ segmentBytes: 8_192, maxBytes: 40_960 });
      revived.append(accepted());
      await revived.stop();
      expect((await image.verify()).problems).toEqual([]);
      await image.remove();
      await flushed;
    }
    expect(log.counters().refused24h).toBe(appended);
    await log.stop();
  } finally {
    await home.remove();
  }
});

it('shows every attempt exactly once, whatever the ring, the pages, the flushes and the restarts', async () => {
  for (let seed = 1; seed <= Math.ceil(ROUNDS / 20); seed += 1) {
    const home = await AuthLogHome.make();
    try {
      const random = seeded(seed);
      const options = { ringSize: 5 + random(60), segmentBytes: 8_192 };
      let log = await home.started(options);
      let appended = 0;
      for (let step = 0; step < 40; step += 1) {
        for (let index = random(20); index > 0; index -= 1) {
          log.append(
            attempt({
              peer: `10.0.0.${random(4)}:1`,
              reason: random(2) === 0 ? 'token_mismatch' : 'token_missing',
            }),
          );
          appended += 1;
        }
        home.clock.advance(random(5_000));
        if (random(4) === 0) await log.flush();
        if (random(15) === 0) {
          await log.stop();
          log = await home.started(options);
        }
      }
      const { events, totals } = await allPages(log, { limit: 1 + random(40) });
      expect(attemptsIn(events), `seed ${seed}`).toBe(appended);
      expect(new Set(totals), `seed ${seed}`).toEqual(new Set([appended]));
      const mismatches = await allPages(log, { limit: 1 + random(40), reason: 'token_mismatch' });
      const missing = await allPages(log, { limit: 1 + random(40), reason: 'token_missing' });
      expect(attemptsIn(mismatches.events) + attemptsIn(missing.events), `seed ${seed}`).toBe(appended);
      await log.stop();
    } finally {
      await home.remove();
    }
  }
});
