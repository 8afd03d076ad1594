// What a command may touch of the process. Tests hand in their own.

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's own home folder. */
  readonly homeFolder: string;
  readonly version: string;
  /** One line on standard output: results only. */
  out(line: string): void;
  /** One line on standard error: everything that is said to a person. */
  err(line: string): void;
  /** A secret from standard input, never from an argument. Undefined when nothing came. */
  readSecret(): Promise<string | undefined>;
  /** Aborts when the process is asked to stop. Call once. */
  stopSignal(): AbortSignal;
}

export const EXIT = { ok: 0, failed: 1, usage: 2, notRunning: 3 } as const;
