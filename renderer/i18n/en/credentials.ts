// English texts of the Credentials page and its dialogs.

export const credentialsEn = {
  'cred.title': 'Credentials',
  'cred.intro':
    'One token opens the gateway. The server and its self-check use the same copy, so they cannot differ.',
  'cred.token': 'Gateway token',
  'cred.password': 'Gateway password',
  'cred.unused':
    'Not asked for at present: authentication is off, so any program on this computer can connect.',
  'cred.fingerprint': 'Fingerprint',
  'cred.fingerprint.help':
    'Names the token without being part of it, so it is safe to share. The auth log shows the same ones.',
  'cred.generation': 'Generation',
  'cred.generation.help': 'Rises by one with every change',
  'cred.since': 'In use since',
  'cred.origin': 'Origin',
  'cred.origin.generated': 'Made by Gatehouse',
  'cred.origin.adopted': 'Adopted from you',
  'cred.storage': 'Storage',
  'cred.storage.keychain': 'Encrypted with the system keychain',
  'cred.storage.plain': 'Not encrypted: a file that only your user account can read',
  'cred.starting': 'Reading the stored token…',
  'cred.locked': 'The stored token cannot be read. See the way out above.',

  'cred.copy': 'Copy token',
  'cred.adopt': 'Adopt…',
  'cred.rotate': 'Rotate…',

  'adopt.title': 'Adopt a token you already use',
  'adopt.body':
    'If your programs already hold a token, Gatehouse can take it over, so that you need not change any of them.',
  'adopt.how':
    'Copy that token, then check the clipboard. Its text never reaches this window; only its fingerprint does.',
  'adopt.check': 'Check clipboard',
  'adopt.checkAgain': 'Check again',
  'adopt.found': 'A usable token is on the clipboard',
  'adopt.effect': {
    one: 'It becomes the gateway token at once. The present token works for 10 more minutes; {count} connected client has to change to the adopted one by then.',
    other:
      'It becomes the gateway token at once. The present token works for 10 more minutes; {count} connected clients have to change to the adopted one by then.',
  },
  'adopt.effectNone': 'It becomes the gateway token at once. The present token works for 10 more minutes.',
  'adopt.confirm': 'Adopt this token',
  'adopt.done': 'Adopted as generation {generation}',
  'adopt.bad': 'This cannot be used as a token',

  'rotate.title': 'Rotate the token',
  'rotate.routine': 'Routine',
  'rotate.routine.help': 'A new token now; the old one keeps working for a while, so that nobody is cut off.',
  'rotate.leaked': 'It leaked',
  'rotate.leaked.help': 'The old token stops working at once and everybody is disconnected.',
  'rotate.grace': 'Old token works for',
  'rotate.grace.0': 'Not at all',
  'rotate.grace.600000': '10 minutes',
  'rotate.grace.3600000': '1 hour',
  'rotate.grace.86400000': '24 hours',
  'rotate.effect.grace': {
    one: '{count} client is connected. It stays connected and has to take the new token before the time is over.',
    other:
      '{count} clients are connected. They stay connected and have to take the new token before the time is over.',
  },
  'rotate.effect.cut': {
    one: '{count} client is connected and will be disconnected now.',
    other: '{count} clients are connected and will be disconnected now.',
  },
  'rotate.effect.none': 'No client is connected now.',
  'rotate.effect.previousGrace': 'The grace period of generation {generation} ends now.',
  'rotate.confirm': 'Rotate token',
  'rotate.confirmLeaked': 'Rotate and cut everyone off',
  'rotate.done': 'Generation {generation} is in use',
  'rotate.doneHelp': 'Copy the new token and give it to your programs.',

  'grace.title': 'Generation {generation} still works',
  'grace.body': 'Until {time}, {age}. Then its sessions are closed.',
  'grace.sessions': {
    one: '{count} session is still on the old token',
    other: '{count} sessions are still on the old token',
  },
  'grace.none': 'Nobody uses the old token any more. You can retire it now.',
  'grace.loading': 'Looking who still uses it…',
  'grace.column.client': 'Client',
  'grace.column.from': 'From',
  'grace.column.connected': 'Connected',
  'grace.retire': 'Retire now',
  'grace.retire.title': 'Retire the old token now?',
  'grace.retire.body': {
    one: '{count} session on it is closed at once. It can come back with the present token.',
    other: '{count} sessions on it are closed at once. They can come back with the present token.',
  },
  'grace.retire.bodyNone': 'Nobody is using it. From now on it is refused.',

  'past.title': 'Past generations',
  'past.help': 'Kept as fingerprints only, so that a refusal can say which old token was used.',
  'past.none': 'None yet. This is the first token.',
  'past.column.generation': 'Generation',
  'past.column.fingerprint': 'Fingerprint',
  'past.column.retired': 'Retired',
  'past.column.reason': 'Why',
  'past.reason.routine': 'Routine rotation',
  'past.reason.leaked': 'It leaked',
  'past.reason.adopted': 'Replaced by an adopted token',
} as const;
