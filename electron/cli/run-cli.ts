// One command from arguments to exit code. Commands are imported when they are asked for: `token show` must not
// pay for the gateway.

import { HELP, parseCommand } from './arguments';
import { homeOf } from './home-folder';
import type { CliIo } from './io';
import { EXIT } from './io';

/** Resolves to the exit code; what a user can cause is said in words and never thrown. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const parsed = parseCommand(args);
  if (!parsed.ok) {
    io.err(`gatehouse: ${parsed.error}`);
    io.err('Run "gatehouse --help" for the commands.');
    return EXIT.usage;
  }
  const command = parsed.value;
  switch (command.kind) {
    case 'help':
      io.out(HELP);
      return EXIT.ok;
    case 'version':
      io.out(io.version);
      return EXIT.ok;
    case 'serve': {
      const { serve } = await import('./serve-command');
      return serve({ ...command, home: homeOf(io, command.home) }, io);
    }
    case 'status': {
      const { status } = await import('./status-command');
      return status({ ...command, home: homeOf(io, command.home) }, io);
    }
    case 'token show': {
      const { showToken } = await import('./token-show-command');
      return showToken(homeOf(io, command.home), io);
    }
    case 'token rotate': {
      const { rotateToken } = await import('./token-command');
      return rotateToken({ ...command, home: homeOf(io, command.home) }, io);
    }
    case 'token adopt': {
      const { adoptToken } = await import('./token-command');
      return adoptToken({ ...command, home: homeOf(io, command.home) }, io);
    }
  }
}
