// A CliIo that keeps what was printed and lets a test wait for a line, give a secret and send the stop signal.

import type { CliIo } from '../../../electron/cli/io';

export class TestIo implements CliIo {
  readonly env: Record<string, string | undefined> = {};
  readonly platform = process.platform;
  readonly homeFolder = '/nobody';
  readonly version = '0.0.0-test';
  readonly printed: string[] = [];
  readonly said: string[] = [];
  secret: string | undefined;
  readonly #stop = new AbortController();
  #waiting: { readonly from: number; resolve(line: string): void }[] = [];

  out(line: string): void {
    this.printed.push(line);
    this.#waiting = this.#waiting.filter(({ from, resolve }) => {
      const found = this.printed[from];
      if (found !== undefined) resolve(found);
      return found === undefined;
    });
  }

  err(line: string): void {
    this.said.push(line);
  }

  async readSecret(): Promise<string | undefined> {
    return this.secret;
  }

  stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The nth line of standard output, once it is there. */
  line(n: number): Promise<string> {
    return new Promise((resolve) => {
      const found = this.printed[n];
      if (found === undefined) this.#waiting.push({ from: n, resolve });
      else resolve(found);
    });
  }

  get everything(): string {
    return [...this.printed, ...this.said].join('\n');
  }
}
