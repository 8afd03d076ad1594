// English texts of the Overview page.

export const overviewEn = {
  'overview.gateway': 'Gateway',
  'overview.gateway.help': 'The door that OpenClaw programs on this computer connect to.',
  'overview.address': 'Address',
  'overview.address.none': 'None until the gateway runs',
  'overview.uptime': 'Running for',
  'overview.since': 'Since',
  'overview.clients': 'Connected clients',
  'overview.loopDelay': 'Event loop delay',
  'overview.loopDelay.fine': '{value}, responsive',
  'overview.loopDelay.slow': '{value}, slow',

  'overview.stopTrying': 'Stop trying',
  'overview.stop.title': 'Stop the gateway?',
  'overview.stop.body': {
    one: '{count} connected client will be disconnected, and nothing can connect until you start it again.',
    other:
      '{count} connected clients will be disconnected, and nothing can connect until you start it again.',
  },
  'overview.stop.bodyNone': 'No client is connected now. Nothing can connect until you start it again.',
  'overview.stop.channels': 'Channels stop receiving messages for as long as it is stopped.',
  'overview.stop.confirm': 'Stop gateway',
  'overview.restart.title': 'Restart the gateway?',
  'overview.restart.body': {
    one: '{count} connected client will be disconnected and told to come back.',
    other: '{count} connected clients will be disconnected and told to come back.',
  },
  'overview.restart.bodyNone': 'No client is connected now.',
  'overview.restart.confirm': 'Restart gateway',

  'probe.title': 'Self-check',
  'probe.help': 'Every {interval} Gatehouse connects to itself as any program would, and checks four things.',
  'probe.age': 'Checked {age}',
  'probe.never': 'Not checked yet',
  'probe.running': 'Checking now',
  'probe.now': 'Check now',
  'probe.fact.portOpen': 'Port is open',
  'probe.fact.protocol': 'Speaks the protocol',
  'probe.fact.credential': 'Accepts its own credential',
  'probe.fact.scope': 'Allowed to read the status',
  'probe.ok': 'OK',
  'probe.failed': 'Failed',
  'probe.not-run': 'Not run',
  'probe.took': 'Took {duration}',
  'probe.retried': 'Took {duration}, repeated once because the token was rotated meanwhile',
  'probe.internalRefusals': {
    one: '{count} internal refusal since start',
    other: '{count} internal refusals since start',
  },
  'probe.lastOk': 'Last full proof: {age}.',

  'overview.channels': 'Channels',
  'overview.channels.none': 'No channel is set up',
  'overview.channels.noneHelp':
    'A channel is where people write to you: Feishu, QQ, WeChat, WeCom, Telegram, Slack, Discord, or any program by webhook.',
  'overview.channels.setUp': 'Set up a channel',
  'overview.channels.unknown': 'Unknown: gateway down',
  'overview.channels.all': 'All channels',

  'overview.refusals': 'Last refusals',
  'overview.refusals.none': 'No refusals',
  'overview.refusals.noneHelp': 'Every program that tried to connect had the right credential.',
  'overview.refusals.open': 'Open auth log',
  'overview.refusals.failed': 'The refusals could not be loaded.',
} as const;
