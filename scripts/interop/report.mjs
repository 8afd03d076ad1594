// Says how it went: a table on the screen, and the same table in docs/interop.md between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { inRoot } from '../lib/project.mjs';

export const PAGE = 'docs/interop.md';
const OPEN = '<!-- table: written by npm run test:interop -- --write -->';
const CLOSE = '<!-- /table -->';

/** @typedef {{ id: string, version: string, ok: boolean, reason?: string, ms: number }} Outcome */

/** @param {readonly Outcome[]} outcomes one line per command, one column per version, then why each failure failed */
export function screenTable(outcomes) {
  const versions = versionsOf(outcomes);
  const width = Math.max(...outcomes.map(({ id }) => id.length));
  const cell = (outcome) =>
    outcome ? `${outcome.ok ? 'pass' : 'FAIL'} ${(outcome.ms / 1000).toFixed(1)} s` : '-';
  const lines = byCommand(outcomes).map(
    ([id, found]) =>
      `${id.padEnd(width)}  ${versions.map((version) => cell(found[version]).padEnd(12)).join('')}`,
  );
  const head = `${''.padEnd(width)}  ${versions.map((version) => version.padEnd(12)).join('')}`;
  const reasons = outcomes
    .filter(({ ok }) => !ok)
    .map(({ id, version, reason }) => `${version} ${id}: ${reason}`);
  return [head, ...lines, ...(reasons.length > 0 ? ['', ...reasons] : [])]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** @param {readonly Outcome[]} outcomes */
export function pageTable(outcomes) {
  const versions = versionsOf(outcomes);
  const cell = (outcome) => (outcome ? (outcome.ok ? 'passes' : `fails: ${plain(outcome.reason)}`) : '–');
  return [
    `| command | ${versions.join(' | ')} |`,
    `|---|${versions.map(() => '---|').join('')}`,
    ...byCommand(outcomes).map(
      ([id, found]) => `| \`${id}\` | ${versions.map((version) => cell(found[version])).join(' | ')} |`,
    ),
  ].join('\n');
}

/** @param {string} page @param {string} table */
export function withTable(page, table) {
  const [before, rest] = split(page, OPEN);
  const [, after] = split(rest, CLOSE);
  return `${before}${OPEN}\n${table}\n${CLOSE}${after}`;
}

/** @param {readonly Outcome[]} outcomes */
export function writePage(outcomes) {
  const file = inRoot(PAGE);
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), pageTable(outcomes)));
}

function split(text, mark) {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${PAGE} has lost its mark ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

const versionsOf = (outcomes) => [...new Set(outcomes.map(({ version }) => version))];

/** @returns {[string, Record<string, Outcome>][]} */
function byCommand(outcomes) {
  const commands = new Map();
  for (const outcome of outcomes)
    commands.set(outcome.id, { ...commands.get(outcome.id), [outcome.version]: outcome });
  return [...commands];
}

/** Fit for one cell, and free of this run's folders and ids. */
function plain(reason = '') {
  return reason
    .replace(/\s+/g, ' ')
    .replace(/\|/g, '\\|')
    .replace(/(?<!\w)\/(?:[\w.-]+\/)+[\w.-]+/g, '…');
}
