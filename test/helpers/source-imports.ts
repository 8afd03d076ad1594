// Reads the sources of the project and what each imports. Used by the guards only.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(fileURLToPath(import.meta.url), '../../..');

export interface ImportUse {
  readonly specifier: string;
  /** `import type` and `export type`: gone before the program runs. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"\n]+)['"]/gm;
const CALL = /(typeof\s+)?\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** Everything that a source file imports, statically or by call. Comments are left out first. */
export function importsOf(source: string): readonly ImportUse[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [STATEMENT, CALL].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, type, specifier]) => ({
      specifier: specifier as string,
      typeOnly: type !== undefined,
    })),
  );
}

/** Project-relative paths with `/`, sorted. A folder that does not exist holds nothing. */
export function sourceFiles(folders: readonly string[], pattern: RegExp): readonly string[] {
  return folders.flatMap((folder) => filesUnder(folder).filter((file) => pattern.test(file))).sort();
}

function filesUnder(folder: string): string[] {
  let entries: ReturnType<typeof read>;
  try {
    entries = read(folder);
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesUnder(file);
    return [file];
  });
}

function read(folder: string) {
  return readdirSync(path.join(projectRoot, folder), { withFileTypes: true });
}

export function readSource(file: string): string {
  return readFileSync(path.join(projectRoot, file), 'utf8');
}
