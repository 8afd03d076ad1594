// The only names that may cross the bridge. preload and main both refuse anything else; contract.ts maps
// each to its types and the compiler keeps the two lists equal.

export const IPC_CALL_CHANNEL = 'gatehouse:call';
export const IPC_EVENT_CHANNEL = 'gatehouse:event';

export const IPC_CALL_NAMES = [
  'status.get',
  'probe.run',
  'gateway.start',
  'gateway.stop',
  'gateway.restart',
  'authLog.query',
  'credential.copy',
  'credential.rotate',
  'credential.retireGrace',
  'credential.inspectClipboard',
  'credential.adoptClipboard',
  'credential.sessionsOnGrace',
  'credential.startOver',
  'channels.setEnabled',
  'channels.restart',
  'channels.probe',
  'channels.newSecret',
  'devices.list',
  'devices.approve',
  'devices.reject',
  'devices.remove',
  'devices.revokeToken',
  'cron.list',
  'cron.status',
  'cron.add',
  'cron.update',
  'cron.remove',
  'cron.run',
  'cron.runs',
  'cron.copySecret',
  'settings.get',
  'settings.update',
  'app.info',
  'app.copyAddress',
  'app.openDataFolder',
  'app.quit',
] as const;

export const IPC_EVENT_NAMES = [
  'status.changed',
  'authLog.appended',
  'devices.changed',
  'cron.changed',
  'navigate',
] as const;
