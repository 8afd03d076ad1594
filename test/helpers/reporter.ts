// Counts for the closing line of `npm test`, kept in a small file while tests run, so that the line is still right
// when the run dies half way. Also prints why a test was skipped. Writes nothing unless a file is asked for.
import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSuite } from 'vitest/node';

export interface ResultCounts {
  passed: number;
  failed: number;
  skipped: number;
  /** False until vitest says that its run ended by itself. */
  ended: boolean;
}

export default class ResultFileReporter implements Reporter {
  readonly counts: ResultCounts = { passed: 0, failed: 0, skipped: 0, ended: false };
  readonly #skips: string[] = [];
  readonly #file: string | undefined;
  readonly #print: (line: string) => void;

  constructor(options: { file?: string; print?: (line: string) => void } = {}) {
    this.#file = options.file ?? process.env.GATEHOUSE_TEST_RESULTS;
    this.#print = options.print ?? ((line) => process.stdout.write(`${line}\n`));
  }

  onTestRunStart(): void {
    this.#save();
  }

  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    if (result.state === 'passed') this.counts.passed += 1;
    else if (result.state === 'failed') this.counts.failed += 1;
    else if (result.state === 'skipped') {
      this.counts.skipped += 1;
      const reason = 'note' in result && result.note ? result.note : 'no reason given';
      this.#skips.push(`skipped: ${test.module.relativeModuleId} > ${test.fullName}: ${reason}`);
    }
  }

  onTestSuiteResult(suite: TestSuite): void {
    // A hook that failed takes its tests down as "skipped"; without this the run would look green.
    this.counts.failed += suite.errors().length;
  }

  onTestModuleEnd(module: TestModule): void {
    this.counts.failed += module.errors().length;
    this.#save();
  }

  onTestRunEnd(
    _modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    this.counts.failed += unhandled.length;
    this.counts.ended = reason !== 'interrupted';
    for (const line of this.#skips) this.#print(line);
    this.#save();
  }

  #save(): void {
    if (this.#file) writeFileSync(this.#file, JSON.stringify(this.counts));
  }
}
