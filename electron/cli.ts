// The `gatehouse` command on plain Node: connects the process (arguments, streams, signals, exit code) to runCli.
// The only file of the command line with side effects on import.

import { homedir } from 'node:os';
import type { CliIo } from './cli/io';
import { readSecretFrom } from './cli/read-secret';
import { runCli } from './cli/run-cli';
import { claimStray } from './core/channels/stray-rejections';

process.on('unhandledRejection', (reason) => {
  // One channel's fault is that channel's end, not the gateway's; everything else still is.
  if (!claimStray(reason)) throw reason;
});

const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
/** What still holds the process open after the command is done is a leak and must not keep a terminal waiting. */
const LINGER_MS = 500;

const io: CliIo = {
  env: process.env,
  platform: process.platform,
  homeFolder: homedir(),
  version: __GATEHOUSE_VERSION__,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  readSecret: () => readSecretFrom(process.stdin, process.stderr),
  stopSignal: () => {
    const stop = new AbortController();
    for (const [signal, number] of Object.entries(SIGNALS)) {
      // conf's file writer brings a handler that sends the signal to the process once more; it would look like
      // a second Ctrl-C.
      process.removeAllListeners(signal);
      process.on(signal, () => {
        // The second one is meant: the person does not want to wait.
        if (stop.signal.aborted) process.exit(128 + number);
        stop.abort();
      });
    }
    return stop.signal;
  },
};

// A reader that has gone (`gatehouse status | head -1`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

runCli(process.argv.slice(2), io).then(
  (code) => {
    process.exitCode = code;
    setTimeout(() => process.exit(), LINGER_MS).unref();
  },
  (error: unknown) => {
    io.err(`gatehouse: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    process.exit(1);
  },
);
