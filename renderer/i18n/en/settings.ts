// English texts of the Settings page.

export const settingsEn = {
  'settings.title': 'Settings',
  'settings.failed': 'The settings could not be loaded',
  'settings.group.gateway': 'Gateway',
  'settings.group.appearance': 'Appearance',
  'settings.group.window': 'Window',
  'settings.group.data': 'Data and version',
  'settings.saved': 'Saved',

  'settings.gateway.port': 'Port',
  'settings.gateway.port.help':
    'Programs connect to this port on this computer. 0 takes any free one at each start.',
  'settings.gateway.port.error': 'The port must be a whole number from 0 to 65535.',
  'settings.auth': 'Who may connect',
  'settings.auth.token': 'Programs with the token',
  'settings.auth.password': 'Programs with the password',
  'settings.auth.none': 'Any program on this computer',
  'settings.auth.change': 'Change…',
  'settings.auth.help.token':
    'Programs present the gateway token (page Credentials), paired devices a token of their own.',
  'settings.auth.help.password':
    'Programs present the gateway password (page Credentials), paired devices a token of their own.',
  'settings.auth.help.none': 'Nothing is asked for, so every program here can control the gateway.',
  'settings.auth.passwordMissing':
    'No password is set yet, so the gateway does not run. Set one, or ask for the token.',
  'settings.auth.means.token':
    'Each presents the long random token that Gatehouse made. The safest choice; a password in use now gives way to a new token.',
  'settings.auth.means.password':
    'Each presents a password of your own. Easier to type, easier to guess; it replaces the token.',
  'settings.auth.means.none':
    'Nothing is asked for. Also programs you did not start can read messages and control the gateway.',
  'settings.auth.needsPassword':
    'No password is set yet. Copy the one you want, 12 characters or more, then check the clipboard. Its text never reaches this window.',
  'settings.auth.effect': {
    one: 'In force at once, without a restart. {count} client is connected; if it came in the present way, it is disconnected.',
    other:
      'In force at once, without a restart. {count} clients are connected; those that came in the present way are disconnected.',
  },
  'settings.auth.effectNone': 'In force at once, without a restart. No client is connected now.',
  'settings.auth.confirm.token': 'Ask for the token',
  'settings.auth.confirm.password': 'Ask for the password',
  'settings.auth.confirm.none': 'Ask for nothing…',
  'settings.auth.back': 'Back',
  'settings.auth.open.title': 'Open the gateway to every program here?',
  'settings.auth.open.body':
    'Any program on this computer, from any user account, can then read messages, send them in your name and change settings. The auth log can no longer tell friend from foe.',
  'settings.auth.open.after':
    'Other computers still cannot connect. A warning stays on every page until you ask for a token or password again.',
  'settings.auth.open.confirm': 'Open the gateway',
  'settings.auth.refused': 'Nothing was changed: {reason}',
  'settings.probe.intervalMs': 'Self-check every',
  'settings.probe.intervalMs.help': 'How often the gateway proves that it accepts its own credential.',
  'settings.probe.intervalMs.error': 'The time between two checks must be from 5 seconds to 1 hour.',
  'settings.unit.seconds': 'seconds',
  'settings.ui.language': 'Language',
  'settings.ui.language.help': 'System follows the language of your desktop.',
  'settings.language.system': 'System',
  'settings.ui.theme': 'Theme',
  'settings.ui.theme.help': 'System follows light and dark of your desktop.',
  'settings.theme.system': 'System',
  'settings.theme.light': 'Light',
  'settings.theme.dark': 'Dark',
  'settings.ui.closeToTray': 'Keep running when the window is closed',
  'settings.ui.closeToTray.help': 'The gateway goes on; the tray icon brings the window back.',
  'settings.ui.closeToTray.noTray': 'This desktop shows no tray icon, so the window is never hidden.',
  'settings.ui.startHidden': 'Start without a window',
  'settings.ui.startHidden.help': 'Only the tray icon appears when Gatehouse starts.',
  'settings.needsRestart': 'Restart the gateway to apply the change.',
  'settings.restart': 'Restart gateway…',
  'settings.restarted': 'The gateway was restarted.',

  'settings.dataFolder': 'Data folder',
  'settings.dataFolder.help': 'Settings, token store and logs.',
  'settings.dataFolder.open': 'Open folder',
  'settings.version': 'Version',
  'settings.version.value': 'Gatehouse {version}',
  'settings.version.runtime': 'Electron {electron} · Node {node} · {platform}',
  'settings.quit': 'Quit Gatehouse',
  'settings.quit.help': 'Stops the gateway with its channels and tasks.',
  'settings.quit.action': 'Quit…',
  'settings.keys': 'Keyboard',
  'settings.keys.pages': 'Pages',
  'settings.keys.check': 'Check now',
  'settings.keys.search': 'Search the auth log',
  'settings.keys.settings': 'Settings',
  'settings.keys.list': 'Move in the auth log, open, close',
} as const;
