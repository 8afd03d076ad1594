// The log file: upstream's line shape, redaction at the sink, and the semantics of logs.tail.

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLogger } from '../../../electron/core/lib/file-logger';
import { Redactor } from '../../../electron/core/lib/redactor';
import { FakeClock } from '../../helpers/fake-clock';

const SECRET = 'the-gateway-secret-0123456789';

let home: string;
let clock: FakeClock;
let redactor: Redactor;
let printed: string[];
let log: FileLogger;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatehouse-logger-'));
  clock = new FakeClock(Date.UTC(2026, 7, 14, 12));
  redactor = new Redactor();
  redactor.set('gateway', [SECRET]);
  printed = [];
  log = newLogger();
});
afterEach(async () => {
  await log.stop();
  await rm(home, { recursive: true, force: true });
});

function newLogger(level: 'debug' | 'info' = 'info'): FileLogger {
  return new FileLogger({
    dir: join(home, 'logs'),
    clock,
    redactor,
    level,
    console: (line) => printed.push(line),
  });
}

async function lines(): Promise<Record<string, unknown>[]> {
  await log.flush();
  const text = await readFile(log.file, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes one JSON object per line in the shape that OpenClaw readers expect', async () => {
  await log.start();
  log.logger.child('gateway/ws').warn('auth.refused', {
    message: 'unauthorized conn=c1 reason=token_mismatch',
    cause: 'unauthorized',
  });
  log.logger.info('gateway.started');
  const [refusal, started] = await lines();
  expect(refusal).toMatchObject({
    0: '{"subsystem":"gateway/ws"}',
    1: { event: 'auth.refused', cause: 'unauthorized' },
    2: 'unauthorized conn=c1 reason=token_mismatch',
    message: 'unauthorized conn=c1 reason=token_mismatch',
    _meta: {
      runtime: 'node',
      name: '{"subsystem":"gateway/ws"}',
      parentNames: ['openclaw'],
      logLevelId: 4,
      logLevelName: 'WARN',
    },
  });
  expect(refusal?.time).toMatch(/^2026-08-1\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  expect(Date.parse(String(refusal?.time))).toBe(clock.now());
  expect(refusal?.hostname).toBe((refusal?._meta as { hostname?: string } | undefined)?.hostname);
  expect(started).toMatchObject({
    0: '{"subsystem":"gateway"}',
    1: 'gateway.started',
    message: 'gateway.started',
  });
  expect(started).not.toHaveProperty('2');
  expect((await stat(log.file)).mode & 0o777).toBe(0o600);
});

it('prints for people: time, short subsystem, event with its fields, always on one line', () => {
  log.logger
    .child('gateway/ws')
    .info('client.closed', { code: 1008, why: 'two words', list: ['a'], gone: undefined });
  log.logger.error('probe.failed', { message: 'line one\nline two\u001b[2J' });
  expect(printed[0]).toMatch(/^2026-08-1\S+ \[ws\] client\.closed code=1008 why="two words" list=\["a"\]$/);
  expect(printed[1]).toMatch(/\[gateway\] line one line two \[2J$/);
});

it('keeps what was logged before start and drops what is below its level', async () => {
  log.logger.debug('too.fine');
  log.logger.info('early');
  await log.start();
  expect((await lines()).map(({ message }) => message)).toEqual(['early']);
});

it('removes secrets in every place of a line, in the file, on the console and in the tail', async () => {
  await log.start();
  log.logger.info('a.b', {
    token: SECRET,
    deep: [{ SECRET, note: `x${SECRET}y` }],
    url: `?t=${encodeURIComponent(SECRET)}`,
  });
  log.logger.child(SECRET).error(SECRET, { error: new Error(`bad ${SECRET}`), message: `Bearer ${SECRET}` });
  redactor.set('later', ['registered-after-the-line']);
  log.logger.info('registered-after-the-line');
  await log.flush();
  const everything = [await readFile(log.file, 'utf8'), ...printed, JSON.stringify(await log.tail({}))].join(
    '\n',
  );
  expect(everything).not.toContain(SECRET);
  expect(everything).not.toContain('registered-after-the-line');
  expect(everything).toContain('[secret]');
});

it('survives fields that JSON cannot hold', async () => {
  await log.start();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let nested: unknown = 1;
  for (let depth = 0; depth < 20_000; depth += 1) nested = [nested];
  log.logger.info('cycle', { cycle });
  log.logger.info('nested', { nested });
  log.logger.info('big', { big: 10n, text: 'x'.repeat(100_000) });
  const all = await lines();
  expect(all.map((line) => (line[1] as { event: string }).event)).toEqual(['cycle', 'nested', 'big']);
});

it('goes on in a new file when the day changes, and after a restart in the same one', async () => {
  await log.start();
  log.logger.info('first');
  await log.stop();
  log = newLogger();
  await log.start();
  log.logger.info('second');
  expect((await lines()).map(({ message }) => message)).toEqual(['first', 'second']);
  clock.advance(24 * 3_600_000);
  log.logger.info('third');
  expect((await lines()).map(({ message }) => message)).toEqual(['third']);
  expect(await readdir(join(home, 'logs'))).toHaveLength(2);
});

it('rotates at 16 MiB and keeps five files', async () => {
  await log.start();
  const filler = 'x'.repeat(8_000);
  for (let mib = 0; mib < 92; mib += 1) {
    for (let index = 0; index < 66; index += 1) log.logger.info('fill', { message: filler });
    await log.flush();
  }
  const sizes = await Promise.all(
    (await readdir(join(home, 'logs'))).map(async (name) => (await stat(join(home, 'logs', name))).size),
  );
  expect(sizes).toHaveLength(5);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(log.file).toMatch(/gatehouse-2026-08-1\d\.\d\.log$/);
  log.logger.info('after');
  const tail = await log.tail({ limit: 1 });
  expect(tail.lines[0]).toContain('"after"');
});

describe('tail', () => {
  async function logged(count: number): Promise<void> {
    await log.start();
    for (let index = 0; index < count; index += 1) log.logger.info(`line.${index}`);
    await log.flush();
  }
  const names = (tail: { lines: string[] }) =>
    tail.lines.map((line) => (JSON.parse(line) as { message: string }).message);

  it('answers the newest lines and a cursor from which to go on', async () => {
    await logged(10);
    const first = await log.tail({ limit: 3 });
    expect(names(first)).toEqual(['line.7', 'line.8', 'line.9']);
    expect(first).toMatchObject({ file: log.file, cursor: first.size, truncated: true });
    expect(first.size).toBe((await stat(log.file)).size);
    log.logger.info('new');
    const next = await log.tail({ cursor: first.cursor });
    expect(names(next)).toEqual(['new']);
    expect(next).not.toHaveProperty('truncated');
    expect(next).not.toHaveProperty('reset');
    expect(names(await log.tail({ cursor: next.cursor }))).toEqual([]);
  });

  it('answers the whole file when it fits', async () => {
    await logged(3);
    const tail = await log.tail({});
    expect(names(tail)).toEqual(['line.0', 'line.1', 'line.2']);
    expect(tail).not.toHaveProperty('truncated');
  });

  it('cuts at whole lines when the window starts inside one', async () => {
    await logged(10);
    const { size } = await stat(log.file);
    const tail = await log.tail({ maxBytes: Math.floor(size / 2) });
    expect(tail.truncated).toBe(true);
    expect(tail.lines.length).toBeGreaterThan(2);
    expect(names(tail).at(-1)).toBe('line.9');
  });

  it('says reset when the cursor lies beyond the file or too far back', async () => {
    await logged(10);
    const { size } = await stat(log.file);
    const beyond = await log.tail({ cursor: size + 1 });
    expect(beyond.reset).toBe(true);
    expect(names(beyond)).toHaveLength(10);
    const far = await log.tail({ cursor: 0, maxBytes: Math.floor(size / 2) });
    expect(far).toMatchObject({ reset: true, truncated: true });
    expect(names(far).at(-1)).toBe('line.9');
  });

  it('answers an empty tail before the first line', async () => {
    await log.start();
    expect(await log.tail({})).toEqual({ file: log.file, cursor: 0, size: 0, lines: [] });
  });
});
