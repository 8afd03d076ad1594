// English explanations: why an attempt was refused, what the presented secret was, what is wrong with a secret,
// and what an error code means. The types demand a text for every member of the closed unions.

import type { PresentedAs, RefusalReason } from '../../../shared/model/auth-event';
import type { FailureClass } from '../../../shared/model/channel';
import type { SecretProblem } from '../../../shared/model/token';
import type { PresentedText, ReasonText } from '../catalogue';

export const reasonsEn: Readonly<Record<RefusalReason, ReasonText>> = {
  token_missing: {
    title: 'No token',
    cause: 'The program connected without any credential, or with an empty one.',
    fix: 'Give it the gateway token: copy it on the Credentials page and put it where the program reads its token.',
  },
  token_mismatch: {
    title: 'Wrong token',
    cause: 'The program presented a token that is not the one this gateway accepts.',
    fix: 'Copy the token on the Credentials page and replace the one that the program uses.',
  },
  token_missing_config: {
    title: 'Gateway has no token',
    cause: 'The gateway had no usable token at that moment, so it could not accept anybody.',
    fix: 'Open the Credentials page: it says what keeps the token from being read.',
  },
  bootstrap_token_invalid: {
    title: 'Setup token not accepted',
    cause: 'The program presented a one-time setup token that is unknown, used up or too old.',
    fix: 'Give the program the gateway token instead; copy it on the Credentials page.',
  },
  device_token_mismatch: {
    title: 'Wrong device token',
    cause:
      'The program presented a device token that this gateway does not know, for example one of another gateway.',
    fix: 'Remove the stored device token in that program and let it connect with the gateway token.',
  },
  password_missing: {
    title: 'No password',
    cause: 'The gateway asks for a password and the program sent none.',
    fix: 'Give the program the gateway password, or switch the gateway back to a token in its settings.',
  },
  password_mismatch: {
    title: 'Wrong password',
    cause: 'The program presented a password that is not the one this gateway accepts.',
    fix: 'Put the present password where the program reads it, or set a new one for the gateway.',
  },
  password_missing_config: {
    title: 'Gateway has no password',
    cause: 'The gateway is set to ask for a password, but none is set, so it could not accept anybody.',
    fix: 'Set gateway.auth.password, or set gateway.auth.mode to token.',
  },
  scope_mismatch: {
    title: 'Device token without that right',
    cause: 'The device token is right, but the program asked for more rights than this token has.',
    fix: 'Let the program connect with the gateway token once, or approve the additional rights for this device.',
  },
  rate_limited: {
    title: 'Too many failed attempts',
    cause: 'There were many wrong credentials in a short time, so further ones are turned away for a while.',
    fix: 'Correct the credential in the program that repeats. The refusals before this one name it.',
  },
  device_id_mismatch: {
    title: 'Device name and key disagree',
    cause: 'The device named itself by an identity that does not belong to its key.',
    fix: 'Delete the stored device identity in that program so that it makes a new one.',
  },
  device_signature_stale: {
    title: 'Clock is off',
    cause: 'The device signed with a time that is more than two minutes away from the time here.',
    fix: 'Set the clock of that device, or of this computer.',
  },
  device_nonce_missing: {
    title: 'Device proof incomplete',
    cause: 'The device did not answer the challenge of this connection.',
    fix: 'Update the program.',
  },
  device_nonce_mismatch: {
    title: 'Device proof of another connection',
    cause: 'The device answered the challenge of another connection. A replayed message looks like this too.',
    fix: 'Update the program. If you do not know it, find out what it is before you do anything else.',
  },
  device_signature: {
    title: 'Device signature wrong',
    cause: 'The signature does not fit what the device sent, so it did not prove who it is.',
    fix: 'Update the program, or delete its stored device identity so that it makes a new one.',
  },
  device_public_key: {
    title: 'Device key not acceptable',
    cause: 'The key of the device is malformed, or of a kind that anybody can sign for.',
    fix: 'Delete the stored device identity in that program so that it makes a new one.',
  },
  not_paired: {
    title: 'Device waits for approval',
    cause: 'The device is new here and has not been approved yet.',
    fix: 'Approve or reject it on the Credentials page.',
  },
  role_upgrade: {
    title: 'Device asks for another role',
    cause: 'The device is paired, but asks for a role that was not approved for it.',
    fix: 'Approve or reject the request on the Credentials page.',
  },
  scope_upgrade: {
    title: 'Device asks for more rights',
    cause: 'The device is paired, but asks for more rights than were approved for it.',
    fix: 'Approve or reject the request on the Credentials page.',
  },
  metadata_upgrade: {
    title: 'Device has changed',
    cause: 'The device says that it runs on another system than the one it was approved with.',
    fix: 'If that is so, approve it again on the Credentials page. Otherwise reject it and remove the device.',
  },
  pairing_unavailable: {
    title: 'List of devices not available',
    cause: 'The list of paired devices could not be read or written at that moment.',
    fix: 'Check that the disk has room and that the data folder can be written to.',
  },
  path_not_found: {
    title: 'Unknown address',
    cause: 'The program asked for a path that the gateway does not serve.',
    fix: 'Use the address from the status strip without anything after the port.',
  },
  host_not_allowed: {
    title: 'Host name not allowed',
    cause:
      'The request used a host name other than this computer. Web pages do this to reach local programs (DNS rebinding).',
    fix: 'Connect to 127.0.0.1 or localhost. If you did not start such a program, close the web page that sent it.',
  },
  origin_not_allowed: {
    title: 'Web page not allowed',
    cause: 'The request came from a web page whose origin is not on the list of allowed origins.',
    fix: 'If you trust that page, add its origin to gateway.controlUi.allowedOrigins in settings.json. Otherwise close it.',
  },
  bad_upgrade: {
    title: 'Not a WebSocket request',
    cause:
      'The request did not ask for a WebSocket correctly. Browsers, port scanners and health checks do this.',
    fix: 'Nothing, if it was a browser or a scanner. A client must connect with ws://, not http://.',
  },
  secret_in_url: {
    title: 'Credential in the address',
    cause:
      'The program put a credential into the URL, where logs and history would keep it. It was refused unread.',
    fix: 'Let the program send the token in its connect message. If that was the gateway token, rotate it as leaked.',
  },
  preauth_budget: {
    title: 'Too many waiting connections',
    cause:
      'Too many connections were open at once without saying who they are, so the oldest silent one was dropped.',
    fix: 'Look for a program that connects in a loop. It usually is the client with most entries in this log.',
  },
  handshake_timeout: {
    title: 'Did not say who it is in time',
    cause: 'The connection was opened, but no connect message came before the deadline.',
    fix: 'Check that the program speaks the OpenClaw protocol and is not stopped in a debugger or asleep.',
  },
  closed_before_connect: {
    title: 'Left before connecting',
    cause: 'The program closed the connection before it sent a connect message. Port checks do this.',
    fix: 'Nothing, if it happens now and then. If it repeats, look at the log of that program.',
  },
  frame_too_large: {
    title: 'Message too large',
    cause: 'The first message was larger than the gateway accepts from somebody it does not know yet.',
    fix: 'Check that the program speaks the OpenClaw protocol. A connect message is small.',
  },
  frame_not_text: {
    title: 'Not a text message',
    cause: 'The first message was binary; the protocol uses text.',
    fix: 'Check that the program speaks the OpenClaw protocol.',
  },
  frame_malformed: {
    title: 'Unreadable message',
    cause: 'The first message was not valid JSON, or not in the form that the protocol asks for.',
    fix: 'Check that the program speaks the OpenClaw protocol, and update it.',
  },
  not_connect: {
    title: 'Asked before connecting',
    cause:
      'The first message was a request other than connect. Nothing is answered before the credential is checked.',
    fix: 'Update the program. If you write it yourself, send connect first.',
  },
  invalid_connect_params: {
    title: 'Incomplete connect message',
    cause: 'The connect message lacks fields, or has values that the protocol does not allow.',
    fix: 'Update the program. The answer it got names the field.',
  },
  protocol_mismatch: {
    title: 'Protocol version not supported',
    cause: 'The program speaks a version of the protocol that this gateway does not.',
    fix: 'Use an OpenClaw version that speaks protocol 3 or 4.',
  },
  invalid_role: {
    title: 'Unknown role',
    cause: 'The program asked to connect in a role that this gateway does not have.',
    fix: 'Connect as operator.',
  },
  device_identity_required: {
    title: 'No device identity',
    cause: 'The program must prove which device it is in order to connect this way, and did not.',
    fix: 'Update the program, or let it connect with the gateway token from this computer.',
  },
  gateway_starting: {
    title: 'Gateway was starting',
    cause: 'The program came while the gateway was still starting.',
    fix: 'Nothing. Programs try again by themselves.',
  },
  gateway_stopping: {
    title: 'Gateway was stopping',
    cause: 'The program came while the gateway was stopping.',
    fix: 'Nothing. Start the gateway again when you need it.',
  },
};

export const presentedEn: Readonly<Record<PresentedAs, PresentedText>> = {
  current: { label: 'The present token' },
  grace: { label: 'The previous token, inside its grace period' },
  'previous-generation': {
    label: 'An old token that was retired',
    cause: 'The program still uses a token from before a rotation.',
    fix: 'Copy the present token on the Credentials page and replace the old one in that program. Look in its config, its environment variables and its service file.',
  },
  placeholder: {
    label: 'A placeholder, not a token',
    cause: 'The program presented an example text such as "your-token-here".',
    fix: 'Copy the token on the Credentials page and put it in place of the example.',
  },
  quoted: {
    label: 'The present token with quotes or spaces around it',
    cause: 'The token is right, but quotes, spaces or a line break came along with it.',
    fix: 'Remove the quotes and spaces around the token. Files for environment variables often keep quotes as part of the value.',
  },
  truncated: {
    label: 'The beginning of the present token',
    cause: 'The token was cut off when it was copied or stored.',
    fix: 'Copy the whole token again on the Credentials page.',
  },
  'setup-code': {
    label: 'A setup code',
    cause: 'The program presented a pairing code where a token is expected.',
    fix: 'Use the gateway token from the Credentials page.',
  },
  'device-token': {
    label: 'A device token',
    cause:
      'The program presented a token that belongs to one paired device. It counts only together with the proof of that device.',
    fix: 'Use the gateway token from the Credentials page.',
  },
  empty: {
    label: 'An empty text',
    cause: 'A token was sent, but it is empty. Usually a variable is set to nothing.',
    fix: 'Set the token in that program, or remove the empty variable.',
  },
  unknown: {
    label: 'A token that this gateway never had',
    cause: 'The token belongs to another gateway, or was made by hand. It was never a token of this one.',
    fix: 'Copy the token on the Credentials page and replace it there. If all your programs already share that token, adopt it instead.',
  },
  none: { label: 'Nothing' },
};

export const secretProblemsEn: Readonly<Record<SecretProblem, string>> = {
  empty: 'The clipboard holds no text. Copy the token first.',
  'too-short': 'It is shorter than 24 characters, so it could be guessed.',
  'too-weak': 'It is too regular, so it could be guessed. Use a random one.',
  placeholder: 'It is an example text, not a token.',
  redaction: 'It is a masked value such as [secret] or ***, not the token itself.',
  characters: 'It has characters that a token cannot have, such as spaces or line breaks, or it is too long.',
  unchanged: 'It is the token that is already in use.',
  'in-use': 'It is the secret of a channel or of the tasks here. Each needs one of its own.',
  reused: 'It was a token of this gateway before and was retired. Use a new one.',
};

export const failuresEn: Readonly<Record<FailureClass, string>> = {
  auth: 'Wrong or missing credential',
  config: 'Settings incomplete',
  permission: 'Permission missing',
  kicked: 'Replaced by another connection',
  banned: 'Account banned',
  rate_limited: 'Too many requests',
  network: 'Unreachable',
  server: 'Error at the other side',
  protocol: 'Message not accepted',
};

/** Error codes of the bridge. A code that is not here shows the message that came with it. */
export const errorsEn = {
  storage_full: 'The disk is full. Nothing was changed.',
  storage_readonly: 'The data folder cannot be written to. Nothing was changed.',
  storage_failed: 'Writing to the data folder failed. Nothing was changed.',
  locked: 'The stored token cannot be read, so it cannot be changed.',
  stopped: 'The app is quitting.',
  not_trusted: 'This window is not allowed to do that.',
  unknown_call: 'The panel and the app are of different versions. Start Gatehouse again.',
  unknown_channel: 'There is no such channel.',
  unknown_account: 'There is no such account.',
  unknown_request: 'The request is gone: it ended, or it was answered elsewhere.',
  unknown_device: 'The device is gone: it was removed meanwhile.',
  unknown_job: 'The task is gone: it was deleted meanwhile, or it ran for the last time.',
  changed: 'It has changed since it was shown. Look at it again.',
  denied: 'There is no such token any more.',
  no_secret: 'The signing secret cannot be read or stored, see the log.',
  unsupported: 'This channel cannot do that.',
  clipboard_changed: 'The clipboard has changed since it was checked. Check it again.',
  not_ready: 'There is no usable token yet.',
  not_listening: 'The gateway is not running.',
  invalid_params: 'That value is not allowed.',
  no_answer: 'The app did not answer in time. Try again.',
  internal: 'Something went wrong inside the app. Its log has the details.',
} as const;
