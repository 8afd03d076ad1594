// English texts of the Channels page and the nine state words.

import { channelsSetupEn } from './channels-setup';

export const channelsEn = {
  ...channelsSetupEn,

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
    'Where people write to you, and where answers go. A channel is called connected only on proof, and the proof has an age.',
  'channels.add': 'Add channel',
  'channels.list': 'Accounts',
  'channels.empty': 'Choose the first one. It takes about a minute.',
  'channels.column.lastIn': 'Last message',

  'evidence.seen': '{what} {age}',
  'evidence.notChecked': 'No delivery yet',
  'evidence.never': 'No proof yet',
  'evidence.unknown': 'The gateway is down. Last known: {what} {age}',
  'evidence.unknownNever': 'The gateway is down',
  'evidence.off': 'Switched off',
  'evidence.stopped': 'Not running',
  'evidence.retry': 'Attempt {attempt}, next try {age}',
  'evidence.retryNow': 'Attempt {attempt}, trying now',
  'evidence.connecting': 'Waiting for proof',
  'evidence.connecting.openclaw-weixin': 'Waiting for WeChat’s first answer, up to 35 s',

  'channels.tab.status': 'Status',
  'channels.tab.messages': 'Messages',
  'channels.detail.identity': 'Name at {vendor}',
  'channels.detail.account': 'Account id',
  'channels.detail.path': 'Delivery address',
  'channels.detail.signature': 'Senders prove themselves by',
  'channels.detail.replyUrl': 'Answers go to',
  'channels.detail.replyUrl.none': 'Nowhere: this channel can only receive',
  'channels.detail.credential': 'Secret',
  'channels.detail.credential.store': 'Stored by Gatehouse',
  'channels.detail.credential.none': 'None yet',
  'channels.quiet.feishu':
    'Connected, but no message has come yet. If people have written: in the developer console, "Events & Callbacks" must receive through a long connection and hold the event im.message.receive_v1, and the app must be released. Another program connected as this app takes a part of the messages.',
  'channels.quiet.slack':
    'Connected, but no message has come yet. If people have written: the app needs "Event Subscriptions" with message.channels, message.groups, message.im or message.mpim, and must be invited to the channel.',
  'channels.quiet.qqbot':
    'Connected, but no message has come yet. If people have written: in a group the bot only sees messages that mention it, and a bot in the sandbox only sees its test accounts.',
  'channels.quiet.telegram':
    'Connected, but no message has come yet. If people have written in a group: with privacy mode on, a bot only sees commands and replies to it.',
  'channels.quiet.discord':
    'Connected, but no message has come yet. If people have written: the bot must be a member of the server and allowed to see that channel.',
  'channels.quiet.other':
    'Connected, but no message has come yet. Write one to it to see that the way is open.',
  'channels.detail.startsLeft': 'New sessions left today',
  'channels.detail.expires': 'Login usually ends',
  'channels.detail.lastIn': 'Last message in',
  'channels.detail.lastOut': 'Last message out',
  'channels.detail.received': 'Accepted since start',
  'channels.detail.rejected': 'Rejected since start',
  'channels.detail.attempts': 'Failed attempts in a row',
  'channels.detail.started': 'Started',
  'channels.detail.disconnect': 'Last disconnect',
  'channels.detail.probe': 'Last check',
  'channels.detail.probe.ok': 'OK {age}, took {duration}',
  'channels.detail.probe.failed': 'Failed {age}: {error}',
  'channels.detail.probe.timedOut': 'No answer in time, {age}',
  'channels.detail.problems': 'Problems',
  'channels.detail.noWords': 'no reason given',

  'channels.action.probe': 'Check now',
  'channels.action.restart': 'Restart',
  'channels.action.enable': 'Turn on',
  'channels.action.disable': 'Turn off',
  'channels.action.edit': 'Edit…',
  'channels.action.login': 'Log in…',
  'channels.action.loginAgain': 'Log in again…',
  'channels.action.logout': 'Log out…',
  'channels.action.remove': 'Remove…',
  'channels.action.firstSecret': 'Make and copy a secret',
  'channels.action.newSecret': 'New secret…',
  'channels.done.probe.ok': 'Checked: it works.',
  'channels.done.probe.failed': 'Checked: it does not work. See the last check.',
  'channels.done.restart': 'Restarted.',

  'channels.logout.title': 'Log out {name}?',
  'channels.logout.body':
    'It stops, and its stored credential is deleted from this computer. The account and its settings stay; to use it again, enter the credential again.',
  'channels.logout.bodyQr':
    'It stops, {vendor} is told, and the login is deleted from this computer. To use it again, scan a new code.',
  'channels.logout.confirm': 'Log out',
  'channels.remove.title': 'Remove {name}?',
  'channels.remove.body':
    'The account {account} of {vendor} stops, and its settings and stored secrets are deleted from this computer. At {vendor} nothing is deleted.',
  'channels.remove.bodyOwn':
    'The account {account} stops, and its settings and secret are deleted. Programs that deliver to it are turned away from then on.',
  'channels.remove.confirm': 'Remove account',

  'channels.secret.title': 'Make a new secret?',
  'channels.secret.body':
    'The new secret goes to your clipboard and is cleared from there after 60 s. The old one stops working at once: services that deliver to this address are rejected until they have the new one.',
  'channels.secret.confirm': 'Make and copy',
  'channels.secret.later': 'The webhook is saved, but it has no secret yet. Make one in its details.',

  'channels.example.title': 'How to send a message',
  'channels.example.note':
    'Replace YOUR_SECRET with the secret. Send an id of your own with each message if you want repeats to be ignored.',
  'channels.example.noteSigned':
    'Replace YOUR_SECRET with the secret. The signature covers the time in seconds, a dot and the body.',
  'channels.example.text': 'Hello',

  'messages.loading': 'Loading the messages…',
  'messages.failed': 'The messages could not be loaded.',
  'messages.none': 'No message yet',
  'messages.noneHelp': 'As soon as somebody writes to this account, the conversation stands here.',
  'messages.all': 'All conversations',
  'messages.list': 'Conversations',
  'messages.thread': 'Messages, newest last',
  'messages.older': 'Show older',
  'messages.chat.direct': 'Private chat',
  'messages.chat.group': 'Group',
  'messages.chat.channel': 'Channel',
  'messages.in': 'In',
  'messages.out': 'Out',
  'messages.you': 'Sent by Gatehouse',
  'messages.notText': 'Not text: {kind}',
  'messages.empty': 'Empty message',
  'send.title': 'Send a test message',
  'send.to': 'To',
  'send.to.help': 'The id of a conversation above, or of a person or group there.',
  'send.text': 'Text',
  'send.text.default': 'Test from Gatehouse',
  'send.action': 'Send',
  'send.sent': 'Sent. {vendor} has confirmed it.',
  'send.notSent': 'Not sent',
  'send.unsure': 'Nobody knows whether it was sent',
  'send.notConnected': 'Nothing can be sent while the channel is not connected.',
  'send.onlyReceives': 'It can only receive: it has no reply address. Add one with Edit.',
  'send.invalid': 'The text is empty or too long for {vendor}.',
  'send.unknownOutcome': 'No answer came in time; the text may have been sent.',
} as const;
