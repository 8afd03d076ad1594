// One set-up step at a time, also between two terminals: `npm start` and `npm test` in a fresh copy must not both
// rewrite node_modules.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError, say, stateFolder } from './project.mjs';

const WAIT_MS = 10 * 60_000;

/**
 * @template T
 * @param {string} name @param {() => Promise<T>} work
 * @param {{ folder?: string, pollMs?: number, waitMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, { folder = stateFolder, pollMs = 200, waitMs = WAIT_MS } = {}) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.lock`);
  const giveUpAt = Date.now() + waitMs;
  for (let told = false; !tryTake(file); ) {
    if (Date.now() > giveUpAt)
      throw new SetupError(`${name}: another run holds ${file}; delete it if none does`);
    if (!told) say(`${name}: waiting for another run to finish`);
    told = true;
    await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAlive(ownerOf(file))) return false;
  // The owner was killed. Moving it away first lets only one of several waiters clear it.
  const old = `${file}.${process.pid}`;
  try {
    renameSync(file, old);
    rmSync(old, { force: true });
  } catch {
    // Another waiter was faster: the next round meets its lock.
  }
  return false;
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return Number.NaN;
  }
}

function isAlive(pid) {
  // Created but not written yet: its owner is about to write it.
  if (!pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
