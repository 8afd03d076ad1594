// A source file over 400 lines is two files.
import { expect, it } from 'vitest';
import { readSource, sourceFiles } from '../helpers/source-imports';

const MAX_LINES = 400;

it('no source file has more than 400 lines', () => {
  const files = sourceFiles(['electron', 'shared', 'renderer', 'scripts'], /\.(ts|tsx|mjs|cjs|css)$/);
  expect(files.length).toBeGreaterThan(50);
  const lines = (file: string) => readSource(file).trimEnd().split('\n').length;
  expect(files.filter((file) => lines(file) > MAX_LINES).map((file) => `${file}: ${lines(file)}`)).toEqual(
    [],
  );
});
