// A folder of the test's own, removed after it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export async function mkdtempForTest(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'gatehouse-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
