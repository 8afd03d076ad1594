// Tracked files name no registry, no machine and no secret: they must be as good on any computer as on this one.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot, readSource } from '../helpers/source-imports';

// Put together from parts, so that this file does not find itself.
const FORBIDDEN: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a package registry', new RegExp(['registry', '(?:npmjs|yarnpkg|npmmirror)', '(?:org|com)'].join('\\.'))],
  ['a resolved address in a lock file', /"resolved":\s*"/],
  ['a path of one machine', new RegExp(`(?<![\\w./-])/(?:${['work', 'root'].join('|')})/[\\w.-]`)],
  ['a private key', new RegExp(`-----BEGIN [A-Z ]*PRIVATE ${'KEY'}-----`)],
  ['a token of a known service', /\b(?:ghp|gho|npm|xoxb|xoxp)_?[A-Za-z0-9-]{30,}\b/],
];

function trackedFiles(): readonly string[] {
  // Git refuses a folder of another user by default; a list of names is safe to ask for.
  const command = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listing = execFileSync('git', command, { cwd: projectRoot, encoding: 'utf8' });
  return [...new Set(listing.split('\0'))].filter(
    (file) => file !== '' && !/\.(png|ico|icns|gif|woff2)$/.test(file),
  );
}

function findings(text: string): readonly string[] {
  return FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
}

it('no tracked file holds any of them', (ctx) => {
  if (!existsSync(path.join(projectRoot, '.git'))) return ctx.skip('not testable here: no git folder');
  const files = trackedFiles();
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((file) => findings(readIfThere(file)).map((what) => `${file}: ${what}`));
  expect(found).toEqual([]);
});

/** A file may be deleted and still be in the index. */
function readIfThere(file: string): string {
  try {
    return readSource(file);
  } catch {
    return '';
  }
}

it('the check notices them', () => {
  expect(findings(`https://${['registry', 'npmjs', 'org'].join('.')}/ws`)).toEqual(['a package registry']);
  expect(findings(`cd /${'root'}/project`)).toEqual(['a path of one machine']);
  expect(findings(`"/${'work'}/x"`)).toEqual(['a path of one machine']);
  // An example in a text or a fixture.
  expect(findings('"/home/you/.config/gatehouse"')).toEqual([]);
  expect(findings(`-----BEGIN PRIVATE ${'KEY'}-----`)).toEqual(['a private key']);
  expect(findings(`ghp_${'a1'.repeat(18)}`)).toEqual(['a token of a known service']);
  expect(findings('see docs/homework/rooted.md and node_modules/work/x')).toEqual([]);
});
