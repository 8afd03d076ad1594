// Every promise about security and reliability that the gateway and its channels make has a test that names it: whoever
// changes one finds what proves it, and whoever deletes that test is told which promise is left without one.
import { expect, it } from 'vitest';
import { readSource, sourceFiles } from '../helpers/source-imports';

const range = (kind: 'SEC' | 'REL', first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `${kind}-${first + index}`);

const PROMISES = [
  ...range('SEC', 3, 22),
  ...range('SEC', 44, 49),
  // Of the channels.
  ...range('REL', 80, 85),
];

function namedIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\b(?:SEC|REL)-\d+\b/g) ?? []);
}

/** This file says which are to be named, so it proves none. */
const files = sourceFiles(['test'], /\.(?:test|e2e|suite)\.tsx?$/).filter(
  (file) => !file.includes('traceability'),
);

it('every promise is named by a test', () => {
  expect(files.length).toBeGreaterThan(100);
  const named = new Set(files.flatMap((file) => [...namedIn(readSource(file))]));
  expect(PROMISES.filter((id) => !named.has(id))).toEqual([]);
});

it('the check takes no longer number for a shorter one', () => {
  expect(namedIn('SEC-48: a frame (SEC-490), REL-8')).toEqual(new Set(['SEC-48', 'SEC-490', 'REL-8']));
  expect(namedIn('XSEC-4 SEC-4x SEC- BREL-8 REL-8a')).toEqual(new Set());
});
