// A temporary home with an auth log in it, and attempts to put there. Used by the auth log's tests.

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthEventInput, AuthLogOptions } from '../../electron/core/auth-log/auth-log';
import { AuthLog } from '../../electron/core/auth-log/auth-log';
import { verifyAuthLog } from '../../electron/core/auth-log/auth-log-verify';
import { silentLogger } from '../../electron/core/lib/logger-port';
import type { AuthEvent, AuthLogQuery } from '../../shared/model/auth-event';
import { FakeClock } from './fake-clock';

export type AttemptInput = Extract<AuthEventInput, { event: 'auth.attempt' }>;

export function attempt(over: Partial<AttemptInput> = {}): AttemptInput {
  return {
    event: 'auth.attempt',
    outcome: 'refused',
    reason: 'token_mismatch',
    connId: 'c0ffee00-0000-4000-8000-000000000000',
    peer: '127.0.0.1:50001',
    client: { id: 'cli', mode: 'backend', version: '2026.4.29', displayName: 'gateway:channels.status' },
    role: 'operator',
    scopesAsked: ['operator.read'],
    scopesGranted: [],
    credential: 'token',
    presentedAs: 'unknown',
    presentedFingerprint: '0123456789ab',
    comparedFingerprint: 'ba9876543210',
    comparedGeneration: 3,
    originClass: 'none',
    host: '127.0.0.1:18789',
    hasDevice: false,
    internal: false,
    durationMs: 4,
    answer: '1008 unauthorized',
    ...over,
  } as AttemptInput;
}

/** An accepted attempt: `reason` must be absent. */
export function accepted(over: Partial<AttemptInput> = {}): AttemptInput {
  const { reason: _reason, ...rest } = attempt({ outcome: 'accepted', presentedAs: 'current', ...over });
  return rest as AttemptInput;
}

export class AuthLogHome {
  readonly root: string;
  readonly clock = new FakeClock();

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<AuthLogHome> {
    return new AuthLogHome(await mkdtemp(join(tmpdir(), 'gatehouse-auth-log-')));
  }

  get dir(): string {
    return join(this.root, 'auth-log');
  }

  get headFile(): string {
    return join(this.root, 'auth-log-head.json');
  }

  open(over: Partial<AuthLogOptions> = {}): AuthLog {
    return new AuthLog({
      dir: this.dir,
      headFile: this.headFile,
      clock: this.clock,
      logger: silentLogger,
      ...over,
    });
  }

  async started(over: Partial<AuthLogOptions> = {}): Promise<AuthLog> {
    const log = this.open(over);
    await log.start();
    return log;
  }

  verify() {
    return verifyAuthLog({ dir: this.dir, headFile: this.headFile });
  }

  async segments(): Promise<string[]> {
    return (await readdir(this.dir)).filter((name) => name.endsWith('.jsonl')).sort();
  }

  /** Every line on disk, oldest first, with the fields that only the disk has. */
  async lines(): Promise<(AuthEvent & { readonly hash: string; readonly prev: string })[]> {
    const texts = await Promise.all(
      (await this.segments()).map((name) => readFile(join(this.dir, name), 'utf8')),
    );
    return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => JSON.parse(line));
  }

  /** What a SIGKILL at one moment would leave: copied again when the log moved its anchor meanwhile. */
  async crashImage(): Promise<AuthLogHome> {
    for (;;) {
      const image = await AuthLogHome.make();
      image.clock.stepWall(this.clock.now() - image.clock.now());
      // The head first: it is written last, so it may lag behind the lines but never be ahead of them.
      const head = await readFile(this.headFile, 'utf8');
      await writeFile(image.headFile, head);
      const isWhole = await cp(this.dir, image.dir, { recursive: true }).then(
        () => true,
        () => false,
      );
      const anchorOf = (text: string) => JSON.stringify((JSON.parse(text) as { anchor: unknown }).anchor);
      if (isWhole && anchorOf(await readFile(this.headFile, 'utf8')) === anchorOf(head)) return image;
      await image.remove();
    }
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}

/** Follows the cursor to the end. */
export async function allPages(
  log: AuthLog,
  query: AuthLogQuery,
): Promise<{ events: AuthEvent[]; totals: number[] }> {
  const events: AuthEvent[] = [];
  const totals: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await log.query(cursor === undefined ? query : { ...query, cursor });
    events.push(...page.events);
    totals.push(page.total);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { events, totals };
}

/** Attempts that events stand for. */
export function attemptsIn(events: readonly AuthEvent[]): number {
  return events.reduce((sum, event) => {
    if (event.event === 'auth.attempt') return sum + 1;
    return event.event === 'auth.merged' ? sum + event.count : sum;
  }, 0);
}
