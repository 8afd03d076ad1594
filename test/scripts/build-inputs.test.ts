// What makes a build stale: content, names, and files that come or go, but not times.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hashInputs } from '../../scripts/build.mjs';

it('notices every change of content and nothing else', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-inputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  const hash = () => hashInputs(folder, ['src', 'config.ts', 'absent.ts']);
  mkdirSync(path.join(folder, 'src/deep'), { recursive: true });
  write('src/deep/a.ts', 'a');
  write('config.ts', 'c');
  const first = hash();

  utimesSync(path.join(folder, 'src/deep/a.ts'), 1, 1);
  expect(hash()).toBe(first);

  const seen = new Set([first]);
  const changes = [
    () => write('src/deep/a.ts', 'b'),
    () => write('config.ts', 'd'),
    () => write('src/b.ts', ''),
    () => rmSync(path.join(folder, 'src/deep/a.ts')),
  ];
  for (const change of changes) {
    change();
    seen.add(hash());
  }
  expect(seen.size).toBe(1 + changes.length);
});
