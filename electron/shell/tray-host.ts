// Is there anything on this desktop that would show a tray icon? Asked before a window is hidden and every few
// seconds while running. Electron cannot tell, so on Linux the session bus is asked through its own tools; when none
// of them is installed the honest answer is "no".

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const DEADLINE_MS = 1_000;
const WATCHER = 'org.kde.StatusNotifierWatcher';
const BUS = 'org.freedesktop.DBus';

export type CommandOutcome =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'failed' }
  | { readonly kind: 'missing' };
export type RunCommand = (command: string, args: readonly string[]) => Promise<CommandOutcome>;

export interface TrayHostQuery {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly run: RunCommand;
}

/** The host's identity, which changes when it is restarted; undefined when there is no host. */
export async function findTrayHost({ platform, env, run }: TrayHostQuery): Promise<string | undefined> {
  if (platform !== 'linux') return platform;
  // Without a bus the tools would start one of their own.
  if (!hasSessionBus(env)) return undefined;
  const owner = (await ask(run, ownerQuestion))?.match(/:\d+\.\d+/)?.[0];
  if (owner === undefined) return undefined;
  return (await ask(run, hostQuestion))?.includes('true') ? owner : undefined;
}

/** Runs one command with a deadline and without a shell. */
export const runCommand: RunCommand = (command, args) =>
  new Promise((resolve) => {
    execFile(command, args, { timeout: DEADLINE_MS, windowsHide: true }, (error, stdout) => {
      if (!error) resolve({ kind: 'output', text: stdout });
      else resolve({ kind: error.code === 'ENOENT' ? 'missing' : 'failed' });
    });
  });

type Question = readonly { readonly command: string; readonly args: readonly string[] }[];

const ownerQuestion: Question = question({
  object: '/org/freedesktop/DBus',
  destination: BUS,
  method: `${BUS}.GetNameOwner`,
  args: [WATCHER],
});
const hostQuestion: Question = question({
  object: '/StatusNotifierWatcher',
  destination: WATCHER,
  method: `${BUS}.Properties.Get`,
  args: [WATCHER, 'IsStatusNotifierHostRegistered'],
});

function question(call: {
  readonly object: string;
  readonly destination: string;
  readonly method: string;
  readonly args: readonly string[];
}): Question {
  const { object, destination, method, args } = call;
  return [
    {
      command: 'dbus-send',
      args: ['--session', '--print-reply', `--dest=${destination}`, object, method].concat(
        args.map((arg) => `string:${arg}`),
      ),
    },
    {
      command: 'gdbus',
      args: [
        'call',
        '--session',
        '--dest',
        destination,
        '--object-path',
        object,
        '--method',
        method,
        ...args,
      ],
    },
  ];
}

async function ask(run: RunCommand, ways: Question): Promise<string | undefined> {
  for (const { command, args } of ways) {
    const outcome = await run(command, args);
    if (outcome.kind !== 'missing')
      return outcome.kind === 'output' ? withoutHeader(outcome.text) : undefined;
  }
  return undefined;
}

/** dbus-send's first line names the sender, which is the bus itself or the host: not the answer. */
function withoutHeader(text: string): string {
  return text.startsWith('method return') ? text.slice(text.indexOf('\n')) : text;
}

function hasSessionBus(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.DBUS_SESSION_BUS_ADDRESS) return true;
  return env.XDG_RUNTIME_DIR !== undefined && existsSync(path.join(env.XDG_RUNTIME_DIR, 'bus'));
}
