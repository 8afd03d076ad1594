// English texts of the Credentials page and its dialogs.

export const credentialsEn = {
  'cred.title': 'Credentials',
  'cred.intro':
    'One credential opens the gateway. The server and its self-check use the same copy, so they cannot differ.',
  'cred.kind.token': 'token',
  'cred.kind.password': 'password',
  'cred.token': 'Gateway token',
  'cred.password': 'Gateway password',
  'cred.unused':
    'Not asked for at present: authentication is off, so any program on this computer can connect.',
  'cred.fingerprint': 'Fingerprint',
  'cred.fingerprint.help':
    'Names the secret without being part of it, so it is safe to share. The auth log shows the same ones.',
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

  'cred.copy': 'Copy {what}',
  'cred.adopt': 'Adopt…',
  'cred.rotate': 'Rotate…',

  'adopt.title': 'Adopt a {what} you already use',
  'adopt.body':
    'If your programs already hold a {what}, Gatehouse can take it over, so that you need not change any of them.',
  'adopt.how':
    'Copy that {what}, then check the clipboard. Its text never reaches this window; only its fingerprint does.',
  'adopt.check': 'Check clipboard',
  'adopt.checkAgain': 'Check again',
  'adopt.found': 'A usable {what} is on the clipboard',
  'adopt.effect': {
    one: 'It becomes the gateway {what} at once. The present {what} works for 10 more minutes; {count} connected client has to change to the adopted one by then.',
    other:
      'It becomes the gateway {what} at once. The present {what} works for 10 more minutes; {count} connected clients have to change to the adopted one by then.',
  },
  'adopt.effectNone': 'It becomes the gateway {what} at once. The present {what} works for 10 more minutes.',
  'adopt.confirm': 'Adopt this {what}',
  'adopt.done': 'Adopted as generation {generation}',
  'adopt.bad': 'This cannot be adopted as the {what}',

  'password.problem.empty': 'The clipboard holds no text. Copy the password first.',
  'password.problem.too-short': 'It is shorter than 12 characters, so it could be guessed.',
  'password.problem.too-weak':
    'It is too regular, so it could be guessed. Use a few words that do not belong together.',
  'password.problem.placeholder': 'It is an example text, not a password.',
  'password.problem.redaction': 'It is a masked value such as [secret] or ***, not the password itself.',
  'password.problem.characters':
    'It has characters that a password cannot have, such as line breaks, or it is too long.',
  'password.problem.unchanged': 'It is the password that is already in use.',
  'password.problem.in-use': 'It is the secret of a channel or of the tasks here. Each needs one of its own.',
  'password.problem.reused': 'It was used here before and was retired. Use a new one.',

  'rotate.title': 'Rotate the {what}',
  'rotate.routine': 'Routine',
  'rotate.routine.help':
    'A new {what} now; the old one keeps working for a while, so that nobody is cut off.',
  'rotate.leaked': 'It leaked',
  'rotate.leaked.help': 'The old {what} stops working at once and everybody is disconnected.',
  'rotate.grace': 'Old {what} works for',
  'rotate.grace.0': 'Not at all',
  'rotate.grace.600000': '10 minutes',
  'rotate.grace.3600000': '1 hour',
  'rotate.grace.86400000': '24 hours',
  'rotate.effect.grace': {
    one: '{count} client is connected. It stays connected and has to take the new {what} before the time is over.',
    other:
      '{count} clients are connected. They stay connected and have to take the new {what} before the time is over.',
  },
  'rotate.effect.cut': {
    one: '{count} client is connected and will be disconnected now.',
    other: '{count} clients are connected and will be disconnected now.',
  },
  'rotate.effect.none': 'No client is connected now.',
  'rotate.effect.previousGrace': 'The grace period of generation {generation} ends now.',
  'rotate.confirm': 'Rotate {what}',
  'rotate.confirmLeaked': 'Rotate and cut everyone off',
  'rotate.done': 'Generation {generation} is in use',
  'rotate.doneHelp': 'Copy the new {what} and give it to your programs.',

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
  'past.help': 'Kept as fingerprints only, so that a refusal can say which old one was used.',
  'past.none': 'None yet. This is the first one.',
  'past.column.generation': 'Generation',
  'past.column.fingerprint': 'Fingerprint',
  'past.column.retired': 'Retired',
  'past.column.reason': 'Why',
  'past.reason.routine': 'Rotated, or who may connect was changed',
  'past.reason.leaked': 'It leaked',
  'past.reason.adopted': 'Replaced by an adopted one',
} as const;
