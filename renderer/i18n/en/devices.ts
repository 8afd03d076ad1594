// English texts of the devices on the Credentials page, and what each role and scope means in plain words.

import type { DeviceRole } from '../../../shared/model/device';
import type { Scope } from '../../../shared/protocol/scopes';

/** Continues the sentence "It may …" and "It asks to …". */
export const scopesEn: Readonly<Record<Scope, string>> = {
  'operator.read': 'see status, channels, logs and tasks',
  'operator.write': 'send messages and events',
  'operator.admin': 'do everything: change settings, credentials, channels and tasks',
  'operator.approvals': 'answer when programs ask for permission',
  'operator.pairing': 'let other devices in and throw them out',
  'operator.talk.secrets': 'read the keys of voice services',
  'operator.questions': 'answer questions of programs',
  'operator.talk': 'use voice',
  'operator.sessions.read': 'read conversations',
  'operator.sessions.write': 'write in conversations',
};

export const rolesEn: Readonly<Record<DeviceRole, string>> = {
  operator: 'Operator: uses and controls the gateway',
  node: 'Node: lends its abilities to the gateway and does not control it',
};

export const devicesEn = {
  'pairing.title': {
    one: '{count} device asks to be let in',
    other: '{count} devices ask to be let in',
  },
  'pairing.help':
    'Name, program and platform are what the device says about itself. Approve only what you have just started yourself.',
  'pairing.reason.not-paired': 'New device: it has never been let in here.',
  'pairing.reason.role-upgrade': 'Known device that asks for another role.',
  'pairing.reason.scope-upgrade': 'Known device that asks for more than it may do now.',
  'pairing.reason.metadata-upgrade':
    'Known device that now says it is of another kind. Reject it, unless you have just moved or updated it.',
  'pairing.asks': 'It asks to',
  'pairing.asksNothing': 'It asks for no rights.',
  'pairing.powerful': 'Powerful',
  'pairing.new': 'New',
  'pairing.from': 'From',
  'pairing.fromPage': '{address}, through the web page {origin}',
  'pairing.program': 'Program',
  'pairing.platform': 'Platform',
  'pairing.platformChanged': '{platform}, before: {before}',
  'pairing.role': 'Role',
  'pairing.key': 'Device key',
  'pairing.key.help': 'The beginning of the device id, which the device can show too',
  'pairing.asked': 'Asked',
  'pairing.askedEnds': '{age}, ends {end}',
  'pairing.approve': 'Approve',
  'pairing.reject': 'Reject',
  'pairing.wait': 'Read it first: the button works in a second.',

  'devices.title': 'Paired devices',
  'devices.help':
    'Devices that may connect with a token of their own. Rotating the gateway token does not change these.',
  'devices.none': 'No device is paired',
  'devices.noneHelp':
    'Apps and command lines with a device key appear here after their first connection. Others use the gateway token.',
  'devices.loading': 'Looking which devices are paired…',
  'devices.failed': 'The devices could not be loaded',
  'devices.mayNothing': 'Nothing',
  'devices.may': 'It may',
  'devices.approved': 'Approved',
  'devices.approved.owner': 'by you, {age}',
  'devices.approved.silent': 'by itself, {age}: it runs on this computer and knew the gateway credential',
  'devices.lastSeen': 'Last seen',
  'devices.column.token': 'Token',
  'devices.column.issued': 'Issued',
  'devices.column.used': 'Last used',
  'devices.column.state': 'State',
  'devices.token.operator': 'Operator',
  'devices.token.node': 'Node',
  'devices.token.active': 'In use',
  'devices.token.revoked': 'Revoked {age}',
  'devices.token.none': 'No token yet: it gets one at its next connection.',
  'devices.revoke': 'Revoke…',
  'devices.remove': 'Remove…',

  'devices.revoke.title': 'Revoke this token of {name}?',
  'devices.revoke.body': 'The token stops working at once, and what is connected with it is disconnected.',
  'devices.revoke.after':
    'The device stays paired: it gets a new token when it next connects with the gateway credential.',
  'devices.revoke.confirm': 'Revoke token',
  'devices.remove.title': 'Remove {name}?',
  'devices.remove.body': 'It is disconnected at once, and its tokens stop working.',
  'devices.remove.after': 'To come back it has to be approved again.',
  'devices.remove.afterSilent':
    'A program on this computer that knows the gateway credential is let in again by itself. To keep it out, rotate that too.',
  'devices.remove.confirm': 'Remove device',

  'overview.pairing': '{name} asks to be let in',
  'overview.pairing.review': 'Review',
} as const;
