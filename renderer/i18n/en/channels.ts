// English texts of the Channels page and the nine state words.

export const channelsEn = {
  'word.connected': 'Connected',
  'word.connecting': 'Connecting',
  'word.degraded': 'Degraded',
  'word.action-needed': 'Action needed',
  'word.retrying': 'Retrying',
  'word.disconnected': 'Disconnected',
  'word.off': 'Off',
  'word.not-checked': 'Not checked',
  'word.unknown': 'Unknown',

  'channels.title': 'Channels',
  'channels.intro':
    'Where messages come in. A channel is called connected only on proof, and the proof has an age.',
  'channels.column.lastIn': 'Last in',
  'channels.account': 'Account {account}',

  'evidence.seen': '{what} {age}',
  'evidence.notChecked': 'No delivery yet',
  'evidence.never': 'No proof yet',
  'evidence.unknown': 'The gateway is down. Last known: {what} {age}',
  'evidence.unknownNever': 'The gateway is down',
  'evidence.off': 'Switched off',
  'evidence.stopped': 'Not running',
  'evidence.retry': 'Attempt {attempt}, next try {age}',
  'evidence.retryNow': 'Attempt {attempt}',
  'evidence.connecting': 'Waiting for proof',

  'channels.detail.path': 'Delivery address',
  'channels.detail.credential': 'Secret',
  'channels.detail.credential.store': 'Stored by Gatehouse',
  'channels.detail.credential.none': 'None yet',
  'channels.detail.lastIn': 'Last message in',
  'channels.detail.lastOut': 'Last message out',
  'channels.detail.received': 'Accepted since start',
  'channels.detail.rejected': 'Rejected since start',
  'channels.detail.attempts': 'Reconnect attempts',
  'channels.detail.started': 'Started',
  'channels.detail.disconnect': 'Last disconnect',
  'channels.detail.probe': 'Last check',
  'channels.detail.probe.ok': 'OK {age}, took {duration}',
  'channels.detail.probe.failed': 'Failed {age}: {error}',
  'channels.detail.probe.timedOut': 'No answer in time, {age}',
  'channels.detail.problems': 'Problems',

  'channels.action.probe': 'Check now',
  'channels.action.restart': 'Restart',
  'channels.action.enable': 'Turn on',
  'channels.action.disable': 'Turn off',
  'channels.action.firstSecret': 'Make and copy a secret',
  'channels.action.newSecret': 'New secret…',
  'channels.done.probe': 'Checked.',
  'channels.done.restart': 'Restarted.',

  'channels.secret.title': 'Make a new secret?',
  'channels.secret.body':
    'The new secret goes to your clipboard and is cleared from there after 60 s. The old one stops working at once: services that deliver to this address are rejected until they have the new one.',
  'channels.secret.confirm': 'Make and copy',

  'channels.setup.title': 'Set up a webhook',
  'channels.setup.body':
    'A webhook is an address on this computer that another program sends messages to with an HTTP POST. Gatehouse makes a secret that the sender has to know.',
  'channels.setup.action': 'Set up and copy the secret',
  'channels.setup.later': 'The webhook is on, but it has no secret yet. Use "New secret" in its details.',
  'core.deliveryAccepted': 'Delivery accepted',
  'core.noSecret': 'No secret yet: make one, then give it to the program that sends',
  'core.probeNote': 'This proves only that the path is served, not that anybody can deliver to it.',
  'core.pathNotServed': 'the path is not served',

  'channels.example.title': 'How to send a message',
  'channels.example.note':
    'Replace YOUR_SECRET with the secret. Send an id of your own with each message if you want repeats to be ignored.',
  'channels.example.text': 'Hello',
} as const;
