// What was built, not what was meant: the bundles load nothing that is not there where they run.
import { execFileSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectRoot, readSource, sourceFiles } from '../helpers/source-imports';

const MAX_PRELOAD_BYTES = 6_000;

beforeAll(() => {
  // Does nothing when the build is fresh.
  execFileSync(process.execPath, [path.join(projectRoot, 'scripts/build.mjs')], { stdio: 'pipe' });
});

/** Modules that a CommonJS bundle asks for. A backtick before it is code that ajv generates and we never run. */
function requiresOf(code: string): readonly string[] {
  const found = [...code.matchAll(/(?<![`\w.$])require\(\s*["'`]([^"'`]+)["'`]\s*\)/g)];
  return [...new Set(found.map(([, name]) => name as string))];
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

describe('the main bundle', () => {
  it('is one file that requires only electron and Node', () => {
    expect(sourceFiles(['out/main'], /./)).toEqual(['out/main/main.cjs']);
    const required = requiresOf(readSource('out/main/main.cjs'));
    expect(required).toContain('electron');
    expect(required.filter((name) => name !== 'electron' && !isBuiltin(name))).toEqual([]);
  });
});

describe('the preload bundle', () => {
  it('requires only electron and stays small', () => {
    expect(sourceFiles(['out/preload'], /./)).toEqual(['out/preload/preload.cjs']);
    const code = readSource('out/preload/preload.cjs');
    expect(requiresOf(code)).toEqual(['electron']);
    expect(Buffer.byteLength(code)).toBeLessThan(MAX_PRELOAD_BYTES);
  });
});

describe('the page', () => {
  const scripts = () => sourceFiles(['out/renderer'], /\.js$/).map(readSource).join('\n');

  it('has neither Node nor zod', () => {
    const code = scripts();
    expect(code.length).toBeGreaterThan(10_000);
    expect(code).not.toMatch(/["'`]node:/);
    expect(code).not.toMatch(/\brequire\(["'`]/);
    // Names that zod keeps through minification.
    expect(code).not.toMatch(/ZodError|_zod\b|invalid_union/);
  });

  it('loads nothing from elsewhere and runs no inline script', () => {
    const html = readSource('out/renderer/index.html');
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });
});

describe('the command line', () => {
  it('is one file that runs on plain Node', () => {
    expect(sourceFiles(['out/cli'], /./)).toEqual(['out/cli/gatehouse.cjs']);
    const code = readSource('out/cli/gatehouse.cjs');
    expect(code.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(requiresOf(code).filter((name) => !isBuiltin(name))).toEqual([]);
    expect(code).not.toMatch(/electron-store/);
  });
});

it('the check sees every form of require', () => {
  expect(
    requiresOf(`require("a"); x = require('b'); let e=require(\`c\`); \`require("d")\`; o.require("e")`),
  ).toEqual(['a', 'b', 'c']);
});
