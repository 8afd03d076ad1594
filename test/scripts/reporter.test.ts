// What the reporter counts: also failures that belong to no single test.
import { expect, it } from 'vitest';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';
import ResultFileReporter from '../helpers/reporter';

const module = { relativeModuleId: 'test/a.test.ts' };
const testCase = (state: string, note?: string) =>
  ({ module, fullName: 'does it', result: () => ({ state, note }) }) as unknown as TestCase;
const withErrors = (count: number) => ({ errors: () => Array(count).fill({ message: 'x' }) });

it('counts tests, hooks, modules and stray errors, and says why a test was skipped', () => {
  const lines: string[] = [];
  const reporter = new ResultFileReporter({ file: '', print: (line) => lines.push(line) });
  reporter.onTestCaseResult(testCase('passed'));
  reporter.onTestCaseResult(testCase('failed'));
  reporter.onTestCaseResult(testCase('skipped', 'needs a keyring'));
  reporter.onTestSuiteResult(withErrors(1) as unknown as TestSuite);
  reporter.onTestModuleEnd(withErrors(1) as unknown as TestModule);
  expect(reporter.counts.ended).toBe(false);
  reporter.onTestRunEnd([], [{ message: 'stray' }], 'failed');
  expect(reporter.counts).toEqual({ passed: 1, failed: 4, skipped: 1, ended: true });
  expect(lines).toEqual(['skipped: test/a.test.ts > does it: needs a keyring']);
});

it('does not call an interrupted run ended', () => {
  const reporter = new ResultFileReporter({ file: '', print: () => {} });
  reporter.onTestRunEnd([], [], 'interrupted');
  expect(reporter.counts.ended).toBe(false);
});
