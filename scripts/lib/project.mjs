// Where things are and what kind of machine this is. The scripts import nothing but Node: they run before `npm ci`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** State of the set-up that must outlive `npm ci` (stamps, locks). Safe to delete at any time. */
export const stateFolder = path.join(root, '.setup');

export const isRoot = process.getuid?.() === 0;

/** @param {...string} parts */
export function inRoot(...parts) {
  return path.join(root, ...parts);
}

/** Set-up chatter goes to standard error, so that a script's standard output stays its own. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** An expected end: shown as its message alone, without a stack. */
export class SetupError extends Error {}

/** @param {string} file @returns {any} the parsed file, or undefined when it is missing or not JSON */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Ends a script with a message that fits the error. @param {unknown} error */
export function fail(error) {
  say(error instanceof SetupError ? `gatehouse: ${error.message}` : String(error?.stack || error));
  process.exitCode = 1;
}
