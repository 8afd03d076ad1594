import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeOf } from '../../../electron/cli/home-folder';

const io = (platform: NodeJS.Platform, env: Record<string, string> = {}) => ({
  platform,
  env,
  homeFolder: '/users/ada',
});

describe('homeOf', () => {
  it('takes the flag before GATEHOUSE_HOME before the folder of the desktop app', () => {
    const env = { GATEHOUSE_HOME: '/from-env' };
    expect(homeOf(io('linux', env), '/from-flag')).toBe(path.resolve('/from-flag'));
    expect(homeOf(io('linux', env), undefined)).toBe(path.resolve('/from-env'));
    expect(homeOf(io('linux', { GATEHOUSE_HOME: '' }), undefined)).toBe('/users/ada/.config/Gatehouse');
  });

  it('is where Electron puts the data of the app on each system', () => {
    expect(homeOf(io('linux', { XDG_CONFIG_HOME: '/xdg' }), undefined)).toBe('/xdg/Gatehouse');
    expect(homeOf(io('linux', { XDG_CONFIG_HOME: 'relative' }), undefined)).toBe(
      '/users/ada/.config/Gatehouse',
    );
    expect(homeOf(io('darwin'), undefined)).toBe('/users/ada/Library/Application Support/Gatehouse');
    expect(homeOf(io('win32', { APPDATA: '/roaming' }), undefined)).toBe('/roaming/Gatehouse');
  });
});
