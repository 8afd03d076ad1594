// English texts of the frame around every page: navigation, status strip, banners, verdict, shared words.

export const shellEn = {
  'app.name': 'Gatehouse',

  'nav.label': 'Pages',
  'nav.overview': 'Overview',
  'nav.channels': 'Channels',
  'nav.auth-log': 'Auth log',
  'nav.credentials': 'Credentials',
  'nav.tasks': 'Tasks',
  'nav.settings': 'Settings',

  'gateway.stopped': 'Stopped',
  'gateway.starting': 'Starting',
  'gateway.listening': 'Running',
  'gateway.port-taken': 'Port taken',
  'gateway.locked': 'Locked',
  'gateway.failed': 'Failed',
  'gateway.stopping': 'Stopping',

  'strip.gateway': 'Gateway',
  'strip.copyAddress': 'Copy the address',
  'strip.addressCopied': 'Address copied',
  'strip.noAddress': 'No address',
  'strip.clients': { one: '{count} client', other: '{count} clients' },
  'strip.channels': '{up} of {total} channels up',
  'strip.noChannels': 'No channels',
  'strip.channelsUnknown': { one: '{count} channel unknown', other: '{count} channels unknown' },
  'strip.refused': '{count} refused in 24 h',

  'verdict.loading': 'Asking the gateway…',
  'verdict.no-answer': 'The panel gets no answer from its own app',
  'verdict.locked': 'The stored token cannot be read, so the gateway does not start',
  'verdict.port-taken': 'Another program is using port {port}',
  'verdict.failed': 'The gateway could not start',
  'verdict.stopped': 'The gateway is stopped',
  'verdict.starting': 'The gateway is starting',
  'verdict.stopping': 'The gateway is stopping',
  'verdict.proving': 'The gateway is running, but that is not proven yet',
  'verdict.probe-failed.portOpen': 'The gateway says it is running, but its port does not answer',
  'verdict.probe-failed.protocol': 'The port answers, but not like a gateway',
  'verdict.probe-failed.credential': 'The gateway refused its own credential',
  'verdict.probe-failed.scope': 'The gateway accepts its credential but does not let it read the status',
  'verdict.stale': 'The last proof that everything works is old',
  'verdict.log-unwritable': 'The gateway works, but its log cannot be written to disk',
  'verdict.internal-refused': 'The gateway works, but its own self-check was refused earlier',
  'verdict.pairing': {
    one: 'The gateway works; {count} device waits for approval',
    other: 'The gateway works; {count} devices wait for approval',
  },
  'verdict.channels': {
    one: 'The gateway works; {count} channel has trouble',
    other: 'The gateway works; {count} channels have trouble',
  },
  'verdict.good': 'Everything works: the gateway answers and accepts its own credential',

  'verdict.next.loading': 'This takes a moment after the app starts.',
  'verdict.next.no-answer': 'What you see below is the last known state. {error}',
  'verdict.next.locked': 'Nothing was deleted or overwritten. See the way out above.',
  'verdict.next.port-taken':
    'Gatehouse keeps trying. Stop the other program, or choose another port in Settings.',
  'verdict.next.failed': '{error}',
  'verdict.next.stopped': 'No program can connect until you start it.',
  'verdict.next.starting': 'No program can connect yet.',
  'verdict.next.stopping': 'Connected programs are told before they are disconnected.',
  'verdict.next.proving': 'A self-check is due. Nothing is claimed before it is proven.',
  'verdict.next.probe-failed': '{error}',
  'verdict.next.stale': 'Last full proof: {age}. Check now to renew it.',
  'verdict.next.log-unwritable': 'New events are kept in memory until Gatehouse quits.',
  'verdict.next.internal-refused': {
    one: 'It was refused once since the app started. It works now; the auth log says why.',
    other: 'It was refused {count} times since the app started. It works now; the auth log says why.',
  },
  'verdict.next.pairing':
    'Let in only what you have just started yourself. It ends five minutes after the device last asked.',
  'verdict.next.channels': 'See below what it is, and what can be done.',
  'verdict.next.good': 'Proven {age} with a real connection.',
  'verdict.next.good-refused': {
    one: 'Proven {age} with a real connection. {count} attempt by another program was refused in 24 h.',
    other: 'Proven {age} with a real connection. {count} attempts by other programs were refused in 24 h.',
  },

  'banner.label': 'What needs attention',
  'banner.locked.keychain-unavailable':
    'The system keychain does not answer, so the stored token cannot be unsealed',
  'banner.locked.sealed-elsewhere': 'The stored token was sealed by another user, computer or app',
  'banner.locked.unreadable': 'The stored token and its backup cannot be read',
  'banner.locked.newer-version': 'The stored token was written by a newer version of Gatehouse',
  'banner.locked.next.keychain-unavailable':
    'Unlock the keychain and start Gatehouse again. If it is gone for good, start over with a new token.',
  'banner.locked.next.sealed-elsewhere':
    'Open Gatehouse where it was sealed, or start over with a new token here.',
  'banner.locked.next.unreadable':
    'Put back a copy of the file if you have one, or start over with a new token.',
  'banner.locked.next.newer-version': 'Install that version again, or start over with a new token.',
  'banner.locked.action': 'Start over with a new token…',
  'banner.port-taken.gatehouse': 'Port {port} is held by another Gatehouse',
  'banner.port-taken.openclaw': 'Port {port} is held by an OpenClaw gateway',
  'banner.port-taken.other': 'Port {port} is held by another program',
  'banner.port-taken.unknown': 'Port {port} is held by a program that could not be identified',
  'banner.port-taken.process': '{command}, process {pid}.',
  'banner.port-taken.pid': 'Process {pid}.',
  'banner.port-taken.next': 'Gatehouse never ends other programs. Stop it yourself, or use another port.',
  'banner.port-taken.retry': 'Next try {age}.',
  'banner.port-taken.retryNow': 'Trying now.',
  'banner.port-taken.action': 'Try now',
  'banner.port-taken.change': 'Change port',
  'banner.failed': 'The gateway could not start',
  'banner.auth-mode-none.action': 'Change who may connect',
  'banner.hide': 'Hide until the next start',

  'startOver.title': 'Start over with a new token?',
  'startOver.body':
    'The unreadable files are moved aside inside the data folder; nothing is deleted. Gatehouse then makes a new token and starts the gateway.',
  'startOver.effect': 'Every program that used the old token needs the new one.',
  'startOver.confirm': 'Set aside and make a new token',

  'notice.settings-set-aside':
    'The settings file could not be read. It was set aside and defaults are in use.',
  'notice.settings-invalid':
    'A value in the settings file is not valid. It is ignored and the rest is in use.',
  'notice.settings-changed-on-disk':
    'The settings file was changed by another program. What is valid in it is in use now.',
  'notice.credential-recovered':
    'The token file was damaged. Gatehouse restored the last good copy and set the damaged file aside.',
  'notice.credential-changed-on-disk':
    'The token file was changed by another program. Gatehouse keeps using the token it holds; rotate to write a fresh file.',
  'notice.secret-not-encrypted':
    'The token is stored without encryption: this system offers no keychain. Only your user account can read the file.',
  'notice.auth-log-unwritable':
    'The auth log cannot be written to disk. New events are kept in memory and are lost when Gatehouse quits.',
  'notice.auth-log-recovered': 'The auth log was cut off by an unclean end. What was whole has been kept.',
  'notice.auth-mode-none':
    'Any program on this computer can connect and control the gateway: authentication is off.',
  'notice.devices-set-aside':
    'The list of paired devices could not be read and was set aside. Devices that are not on the Credentials page have to be approved again.',
  'notice.devices-unreadable':
    'The list of paired devices cannot be opened now, so paired devices are not let in. Programs with the gateway token are.',
  'notice.cron-set-aside':
    'The list of tasks could not be read and was set aside. Tasks that are not on the Tasks page do not run.',
  'notice.no-tray':
    'This desktop shows no tray icon, so the window is never hidden. Minimise it to keep the gateway running.',

  'common.cancel': 'Cancel',
  'common.done': 'Done',
  'common.retry': 'Try again',
  'common.start': 'Start',
  'common.stop': 'Stop',
  'common.restart': 'Restart',
  'common.never': 'Never',
  'common.unknown': 'Unknown',
  'common.justNow': 'just now',
  'common.clipboardClears': 'On the clipboard. It is cleared from there {age}.',
  'common.clipboardCleared': 'Cleared from the clipboard, unless you copied something else.',

  'crash.title': 'This page ran into an error',
  'crash.body': 'The gateway is not affected: it runs outside this window.',
  'crash.reload': 'Reload the window',
} as const;
