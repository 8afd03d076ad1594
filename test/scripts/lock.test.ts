// Two set-ups at once: one waits, and a lock whose owner was killed does not block the next.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withLock } from '../../scripts/lib/lock.mjs';

function options() {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { folder, pollMs: 5, waitMs: 2_000 };
}

it('lets one in at a time and leaves nothing behind', async () => {
  const where = options();
  const order: string[] = [];
  const work = (name: string) => () =>
    withLock(
      'step',
      async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
      },
      where,
    );
  await Promise.all([work('a')(), work('b')()]);
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  expect(readdirSync(where.folder)).toEqual([]);
});

it('frees itself when the work fails', async () => {
  const where = options();
  await expect(withLock('step', () => Promise.reject(new Error('no')), where)).rejects.toThrow('no');
  await expect(withLock('step', async () => 'again', where)).resolves.toBe('again');
});

it('takes over from an owner that is gone', async () => {
  const where = options();
  // Above the highest process id that Linux, macOS and Windows give out.
  writeFileSync(path.join(where.folder, 'step.lock'), '4194999');
  await expect(withLock('step', async () => 'mine', where)).resolves.toBe('mine');
});
