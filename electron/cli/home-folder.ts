// Where Gatehouse keeps its data: flag, then GATEHOUSE_HOME, then the folder that the desktop app uses on this
// system, so that the command and the app mean the same gateway without being told. Pure.

import path from 'node:path';
import type { CliIo } from './io';

const NAME = 'Gatehouse';

export function homeOf(io: Pick<CliIo, 'env' | 'platform' | 'homeFolder'>, flag: string | undefined): string {
  const { env, platform, homeFolder } = io;
  const chosen = flag ?? env.GATEHOUSE_HOME;
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  if (platform === 'darwin') return path.join(homeFolder, 'Library', 'Application Support', NAME);
  if (platform === 'win32')
    return path.join(env.APPDATA || path.join(homeFolder, 'AppData', 'Roaming'), NAME);
  // As Electron does, the XDG rule that a relative value does not count included.
  const config = env.XDG_CONFIG_HOME;
  return path.join(config?.startsWith('/') ? config : path.join(homeFolder, '.config'), NAME);
}
