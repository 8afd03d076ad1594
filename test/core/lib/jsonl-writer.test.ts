// The batch writer on real folders: segments, budget, torn tails, a disk that refuses, files that vanish.

import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LineSource, Segment } from '../../../electron/core/lib/jsonl-writer';
import { JsonlWriter } from '../../../electron/core/lib/jsonl-writer';
import { FakeClock } from '../../helpers/fake-clock';

class Lines implements LineSource {
  waiting: string[] = [];
  batch: string[] = [];
  written = 0;
  readonly causes: string[] = [];
  readonly gone: string[] = [];
  cutBytes = 0;
  #order = 0;
  onDone: () => void = () => undefined;

  orderOf(name: string): number | undefined {
    const digits = /^s-(\d+)\.jsonl$/.exec(name)?.[1];
    return digits === undefined ? undefined : Number(digits);
  }
  nextSegment(last: Segment | undefined) {
    this.#order = Math.max(this.#order, last?.order ?? 0) + 1;
    return { order: this.#order, name: `s-${this.#order}.jsonl` };
  }
  isWhole(line: string): boolean {
    return line.endsWith('.');
  }
  async opened(opening: { cutBytes: number }): Promise<void> {
    this.cutBytes = opening.cutBytes;
  }
  begin(): boolean {
    this.batch = this.waiting;
    this.waiting = [];
    return this.batch.length > 0;
  }
  next(): string | undefined {
    const line = this.batch.shift();
    return line === undefined ? undefined : `${line}\n`;
  }
  async committed(): Promise<void> {
    this.written += 1;
  }
  finished(): void {
    this.onDone();
  }
  refused(cause: string): void {
    this.causes.push(cause);
    this.onDone();
  }
  vanished(segments: readonly Segment[]): void {
    this.gone.push(...segments.map(({ name }) => name));
  }
}

let home: string;
let dir: string;
let clock: FakeClock;
let lines: Lines;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatehouse-writer-'));
  dir = join(home, 'log');
  clock = new FakeClock();
  lines = new Lines();
});
afterEach(() => rm(home, { recursive: true, force: true }));

function writerWith(
  sizes: { segmentBytes?: number; maxBytes?: number; maxFiles?: number } = {},
): JsonlWriter {
  return new JsonlWriter({
    dir,
    clock,
    source: lines,
    segmentBytes: 1_000,
    maxBytes: 10_000,
    flushMs: 250,
    sync: true,
    ...sizes,
  });
}

async function written(): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => lines.orderOf(name) !== undefined);
  names.sort((a, b) => lines.orderOf(a)! - lines.orderOf(b)!);
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
  return texts.join('').split('\n').slice(0, -1);
}

function done(): Promise<void> {
  return new Promise((resolve) => {
    lines.onDone = resolve;
  });
}

it('writes what waits within the time of a batch, in a private folder and file', async () => {
  const writer = writerWith();
  await writer.start();
  lines.waiting.push('one.', 'two.');
  writer.schedule();
  clock.advance(249);
  expect(await readdir(dir)).toEqual([]);
  const flushed = done();
  clock.advance(1);
  await flushed;
  expect(await written()).toEqual(['one.', 'two.']);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect((await stat(join(dir, 's-1.jsonl'))).mode & 0o777).toBe(0o600);
  await writer.stop();
  expect(clock.pendingTimers).toBe(0);
});

it('starts a new segment when one is full and never passes the budget', async () => {
  const writer = writerWith({ segmentBytes: 100, maxBytes: 350 });
  for (let index = 0; index < 60; index += 1) {
    lines.waiting.push(`line number ${String(index).padStart(3, '0')} of sixty.`);
    await writer.flush();
    const sizes = await Promise.all(
      (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(350);
  }
  expect((await written()).at(-1)).toBe('line number 059 of sixty.');
  await writer.stop();
});

it('keeps to its number of files', async () => {
  const writer = writerWith({ segmentBytes: 10, maxFiles: 3 });
  lines.waiting.push('line one.', 'line two.', 'line 003.', 'line 004.', 'line 005.');
  await writer.flush();
  expect(await written()).toEqual(['line 003.', 'line 004.', 'line 005.']);
  await writer.stop();
});

it('cuts a torn tail at start and goes on after the last whole line', async () => {
  const first = writerWith();
  lines.waiting.push('one.', 'two.');
  await first.flush();
  await first.stop();
  await appendFile(join(dir, 's-1.jsonl'), 'not whole\n\0\0\0\0thr');
  const second = writerWith();
  await second.start();
  expect(lines.cutBytes).toBe('not whole\n\0\0\0\0thr'.length);
  lines.waiting.push('three.');
  await second.flush();
  expect(await written()).toEqual(['one.', 'two.', 'three.']);
  await second.stop();
});

it('pauses while the disk refuses, retries later and later, and resumes by itself', async () => {
  await writeFile(dir, 'a file where the folder should be');
  const writer = writerWith();
  await writer.start();
  expect(writer.refusing).toBe(true);
  lines.waiting.push('one.');
  for (const waitMs of [1_000, 2_000, 4_000]) {
    const before = lines.causes.length;
    clock.advance(waitMs - 1);
    expect(lines.causes).toHaveLength(before);
    const tried = done();
    clock.advance(1);
    await tried;
    expect(lines.causes).toHaveLength(before + 1);
  }
  await rm(dir);
  lines.waiting.push('two.');
  const resumed = done();
  clock.advance(8_000);
  await resumed;
  expect(writer.refusing).toBe(false);
  expect((await written()).at(-1)).toBe('two.');
  await writer.stop();
});

it.each(['deleted', 'renamed'] as const)(
  'goes on in a new segment when the current one was %s',
  async (how) => {
    const writer = writerWith();
    lines.waiting.push('one.');
    await writer.flush();
    if (how === 'deleted') await rm(dir, { recursive: true });
    else await rename(join(dir, 's-1.jsonl'), join(home, 'moved'));
    lines.waiting.push('two.');
    await writer.flush();
    expect(lines.gone).toEqual(['s-1.jsonl']);
    expect(lines.causes).toEqual([]);
    expect(await readFile(join(dir, 's-2.jsonl'), 'utf8')).toBe('two.\n');
    await writer.stop();
  },
);

it('serves flushes asked for during a flush with one more', async () => {
  const writer = writerWith();
  await writer.start();
  lines.waiting.push('one.');
  const flushes = [writer.flush(), writer.flush(), writer.flush()];
  lines.waiting.push('two.');
  await Promise.all(flushes);
  await writer.flush();
  expect(await written()).toEqual(['one.', 'two.']);
  await writer.stop();
});
