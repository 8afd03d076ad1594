// Turns arguments into one command, or into a sentence about what is wrong with them. Pure.

import { parseArgs } from 'node:util';
import type { Result } from '../core/lib/result';
import { err, ok } from '../core/lib/result';

const MAX_GRACE_MS = 86_400_000;

interface WithHome {
  readonly home: string | undefined;
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | (WithHome & { readonly kind: 'serve'; readonly port: number | undefined; readonly json: boolean })
  | (WithHome & { readonly kind: 'token show' })
  | (WithHome & {
      readonly kind: 'token rotate';
      readonly leaked: boolean;
      readonly graceMs: number | undefined;
    })
  | (WithHome & { readonly kind: 'token adopt'; readonly graceMs: number | undefined })
  | (WithHome & { readonly kind: 'status'; readonly json: boolean });

export const HELP = `Usage: gatehouse <command> [options]

  serve                Run the gateway without a window until Ctrl-C.
      --port N           Listen on this port (0: any free one).
      --json             Print one JSON line when ready.
  status               Say whether the gateway runs and answers.
      --json             Print one JSON object.
  token show           Print the token, alone on the last line of standard output.
  token rotate         Have the running gateway make a new token.
      --grace MS         Accept the old token this much longer (default 0).
      --leaked           The old token is in wrong hands: cut everybody off now.
  token adopt          Take over the token that is given on standard input.
      --grace MS         As above.

  --home DIR           The data folder (default: GATEHOUSE_HOME, else the desktop app's).
  --help, --version

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 (status) not running.`;

const FLAGS = {
  home: { type: 'string' },
  port: { type: 'string' },
  grace: { type: 'string' },
  json: { type: 'boolean' },
  leaked: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

type FlagName = keyof typeof FLAGS;

/** Which flags each command takes besides --home. */
const COMMANDS: Readonly<Record<string, readonly FlagName[]>> = {
  serve: ['port', 'json'],
  status: ['json'],
  'token show': [],
  'token rotate': ['grace', 'leaked'],
  'token adopt': ['grace'],
};

export function parseCommand(args: readonly string[]): Result<Command, string> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true) return ok({ kind: 'help' });
  if (values.version === true) return ok({ kind: 'version' });
  const name = positionals.join(' ');
  const flags = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (flags === undefined) return err(unknownCommand(positionals));
  const stray = Object.keys(values).find((flag) => flag !== 'home' && !flags.includes(flag as FlagName));
  if (stray !== undefined) return err(`gatehouse ${name} takes no --${stray}`);
  if (values.home === '') return err('--home needs a folder');

  const port = wholeNumber('--port', values.port, 65_535);
  if (!port.ok) return port;
  const grace = wholeNumber('--grace', values.grace, MAX_GRACE_MS);
  if (!grace.ok) return grace;
  if (values.leaked === true && grace.value !== undefined && grace.value > 0) {
    return err('--leaked ends the old token at once, so it takes no --grace');
  }
  const home = values.home;
  switch (name) {
    case 'serve':
      return ok({ kind: name, home, port: port.value, json: values.json === true });
    case 'status':
      return ok({ kind: name, home, json: values.json === true });
    case 'token rotate':
      return ok({ kind: name, home, leaked: values.leaked === true, graceMs: grace.value });
    case 'token adopt':
      return ok({ kind: name, home, graceMs: grace.value });
    default:
      return ok({ kind: 'token show', home });
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true, strict: true });
}

/** Names the command word only: what follows may be a token that was typed in the wrong place. */
function unknownCommand([first, second]: readonly string[]): string {
  if (first === undefined) return 'which command?';
  const known = Object.keys(COMMANDS).some((name) => name.split(' ')[0] === first);
  if (!known) return `there is no command "${first.slice(0, 32)}"`;
  if (first !== 'token') return `gatehouse ${first} takes no further words`;
  if (second === undefined) return 'gatehouse token needs show, rotate or adopt';
  return 'gatehouse token takes show, rotate or adopt, and nothing after it; a token is read from standard input';
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  max: number,
): Result<number | undefined, string> {
  if (text === undefined) return ok(undefined);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? ok(value) : err(`${flag} takes a whole number from 0 to ${max}`);
}
