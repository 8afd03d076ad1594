// What is run, in this order, and what has to come out. A row passes when the command ends with its exit code, its
// standard output is the JSON (or text) that it should be, and the gateway refused nothing that it should not have.
import { randomBytes } from 'node:crypto';
import { createDevice } from './device-client.mjs';
import { shape } from './shape.mjs';

const OLD = '2026.4.29';
const NEW = '2026.9.6';

/**
 * @typedef {{ port: number, token: string, version: string, memory: Record<string, string>,
 *   configure: (more?: Record<string, unknown>) => void,
 *   run: (args: readonly string[], env?: Record<string, string>) => Promise<import('./command-line.mjs').Ended> }} World
 * @typedef {{ json: any, text: string, errors: string, world: World }} Seen `text` is standard output
 * @typedef {object} Row
 * @property {string} id what a person types
 * @property {string[] | ((memory: Record<string, string>) => string[])} [args] else the words of `id`
 * @property {string} [only] the one version that has this command or says it so
 * @property {'json' | 'lines' | 'text'} form
 * @property {number} [code] expected exit code, 0
 * @property {Record<string, string>} [env]
 * @property {(world: World) => Promise<void>} [before]
 * @property {object} [shape] what the JSON must have
 * @property {RegExp} [says] what standard output and error must say
 * @property {readonly string[] | Record<string, readonly string[]>} [refused] methods (or `connect`) that the gateway
 *   rightly refuses here; an object has them by version
 * @property {readonly string[]} [calls] methods that must have reached the gateway
 * @property {(seen: Seen) => string | undefined | Promise<string | undefined>} [check] a reason when it is not right
 */

const account = { accountId: 'string' };
const channels = {
  ts: 'number',
  channelOrder: ['string'],
  channelLabels: 'object',
  channels: 'object',
  channelAccounts: { '*': [account] },
  channelDefaultAccountId: 'object',
};
const health = { ok: true, ts: 'number', durationMs: 'number', channels: 'object', channelOrder: ['string'] };
const job = {
  id: 'string',
  name: 'string',
  enabled: 'boolean',
  schedule: 'object',
  payload: 'object',
  state: 'object',
};
const page = { total: 'number', offset: 'number', limit: 'number', hasMore: 'boolean' };

const JOB_NAME = 'interop job';
const addJob = [
  'cron',
  'add',
  '--name',
  JOB_NAME,
  '--every',
  '1h',
  '--session',
  'main',
  '--system-event',
  'hello',
];

/** 2026.9.6 probes without a device and so without scopes, against its own gateway too; 2026.4.29 has one by then. */
const probeRefusals = { [NEW]: ['status', 'system-presence', 'config.get'] };

/** @type {readonly Row[]} */
export const ROWS = [
  { id: 'health', form: 'text', calls: ['health'] },
  { id: 'health --json', form: 'json', shape: health, calls: ['health'] },
  { id: 'status', form: 'text', says: /reachable/, refused: ['system-presence'] },
  { id: 'status --all', form: 'text', says: /reachable/, refused: ['system-presence'] },
  {
    id: 'status --json',
    form: 'json',
    shape: { gateway: { reachable: true } },
    refused: ['system-presence'],
  },
  { id: 'channels status', form: 'text', says: /Gateway reachable/, calls: ['channels.status'] },
  { id: 'channels status --json', form: 'json', shape: channels, calls: ['channels.status'] },
  { id: 'channels status --probe', form: 'text', says: /Gateway reachable/, calls: ['channels.status'] },
  { id: 'channels status --probe --json', form: 'json', shape: channels, calls: ['channels.status'] },
  { id: 'channels list --json', form: 'json' },
  {
    id: 'gateway call channels.start',
    before: webhookAccount,
    args: call('channels.start', { channel: 'webhook' }),
    form: 'json',
    shape: { channel: 'webhook', accountId: 'default', started: true },
    calls: ['channels.start'],
  },
  {
    id: 'gateway call channels.stop',
    args: call('channels.stop', { channel: 'webhook', accountId: 'default' }),
    form: 'json',
    shape: { channel: 'webhook', accountId: 'default', stopped: true },
    calls: ['channels.stop'],
  },
  {
    id: 'channels status of a stopped account',
    args: ['channels', 'status', '--json'],
    form: 'json',
    shape: channels,
    calls: ['channels.status'],
    check: ({ json }) => {
      const [first] = json.channelAccounts.webhook ?? [];
      return first?.running === false && first.configured ? undefined : `account ${JSON.stringify(first)}`;
    },
  },
  {
    id: 'gateway call send',
    args: call('send', { channel: 'webhook', to: 'somebody', message: 'hello', idempotencyKey: 'interop-1' }),
    form: 'text',
    code: 1,
    refused: ['send'],
    says: /not connected|can only receive/,
  },
  {
    id: 'gateway call gatehouse.messages.query',
    args: call('gatehouse.messages.query', { limit: 5 }),
    form: 'json',
    shape: { messages: 'array' },
    calls: ['gatehouse.messages.query'],
  },
  {
    id: 'gateway call channels.logout',
    args: call('channels.logout', { channel: 'webhook' }),
    form: 'json',
    shape: { channel: 'webhook', accountId: 'default', cleared: true, loggedOut: true },
    calls: ['channels.logout'],
  },
  { id: 'gateway status', form: 'text', says: /ok/ },
  { id: 'gateway status --json', form: 'json', shape: { rpc: { ok: true } } },
  {
    id: 'gateway status --require-rpc --json',
    form: 'json',
    shape: { rpc: { ok: true } },
    calls: ['status'],
  },
  { id: 'gateway health --json', form: 'json', shape: health, calls: ['health'] },
  { id: 'gateway probe', form: 'text', says: /Reachable: yes/i, refused: probeRefusals },
  { id: 'gateway probe --json', form: 'json', shape: { ok: true }, refused: probeRefusals },
  { id: 'gateway call health --json', form: 'json', shape: health, calls: ['health'] },
  { id: 'gateway call channels.status --json', form: 'json', shape: channels, calls: ['channels.status'] },
  { id: 'gateway call status --json', form: 'json', shape: { runtimeVersion: 'string' } },
  {
    id: 'gateway stability --json',
    form: 'json',
    shape: { capacity: 'number', count: 'number', events: 'array' },
    calls: ['diagnostics.stability'],
  },
  { id: 'gateway stability', form: 'text', calls: ['diagnostics.stability'] },
  {
    id: 'logs',
    form: 'text',
    calls: ['logs.tail'],
    check: ({ text }) => (text.trim() ? undefined : 'no line'),
  },
  {
    id: 'logs --json',
    form: 'lines',
    calls: ['logs.tail'],
    check: ({ json }) =>
      json[0]?.type !== 'meta'
        ? 'the first line is no meta'
        : json.some(({ type, message, level }) => type === 'log' && message && level)
          ? undefined
          : 'no log line with level and message',
  },
  {
    id: 'cron status --json',
    form: 'json',
    shape: { enabled: true, jobs: 'number' },
    calls: ['cron.status'],
  },
  { id: 'cron list --json', form: 'json', shape: { jobs: 'array', ...page }, calls: ['cron.list'] },
  {
    id: 'cron add',
    args: [...addJob, '--json'],
    form: 'json',
    shape: job,
    calls: ['cron.add'],
    check: ({ json, world }) => {
      world.memory.job = json.id;
      return json.name === JOB_NAME ? undefined : `name ${json.name}`;
    },
  },
  {
    id: 'cron list',
    form: 'text',
    calls: ['cron.list'],
    check: ({ text }) => (text.includes(JOB_NAME) ? undefined : 'the job is not in the list'),
  },
  {
    id: 'cron run',
    args: ({ job: id }) => ['cron', 'run', id ?? 'none'],
    form: 'json',
    shape: { ok: true },
    calls: ['cron.run'],
  },
  {
    id: 'cron runs',
    args: ({ job: id }) => ['cron', 'runs', '--id', id ?? 'none'],
    form: 'json',
    shape: { entries: [{ ts: 'number', jobId: 'string', action: 'finished', status: 'ok' }], ...page },
    calls: ['cron.runs'],
    before: finishedRun,
    check: ({ json }) => (json.entries.length > 0 ? undefined : 'no run'),
  },
  {
    id: 'cron rm',
    args: ({ job: id }) => ['cron', 'rm', id ?? 'none', '--json'],
    form: 'json',
    shape: { ok: true, removed: true },
    calls: ['cron.remove'],
  },
  {
    id: 'devices list --json',
    form: 'json',
    shape: { pending: 'array', paired: 'array' },
    calls: ['device.pair.list'],
  },
  {
    id: 'devices approve',
    before: pendingDevice,
    args: ({ request }) => ['devices', 'approve', request ?? 'none', '--json'],
    form: 'json',
    calls: ['device.pair.approve'],
    check: async ({ world }) => {
      const answer = await world.device.connect({ platform: 'darwin' });
      world.memory.deviceToken = answer.payload?.auth?.deviceToken;
      return answer.ok ? undefined : `the approved device is still refused: ${answer.error.message}`;
    },
  },
  { id: 'devices list', form: 'text', says: /interop device/, calls: ['device.pair.list'] },
  {
    id: 'devices rotate',
    args: ({ device }) => ['devices', 'rotate', '--device', device ?? 'none', '--role', 'operator', '--json'],
    form: 'json',
    shape: { deviceId: 'string', role: 'operator', scopes: ['string'], rotatedAtMs: 'number' },
    calls: ['device.token.rotate'],
    check: ({ world }) => oldTokenRefused(world, 'rotated'),
  },
  {
    id: 'devices revoke',
    args: ({ device }) => ['devices', 'revoke', '--device', device ?? 'none', '--role', 'operator', '--json'],
    form: 'json',
    shape: { deviceId: 'string', role: 'operator', revokedAtMs: 'number' },
    calls: ['device.token.revoke'],
    check: ({ world }) => oldTokenRefused(world, 'revoked'),
  },
  {
    id: 'system presence --json',
    form: 'json',
    shape: [{ ts: 'number', text: 'string' }],
    calls: ['system-presence'],
    check: ({ json }) =>
      json.some(({ mode }) => mode === 'gateway') ? undefined : 'the gateway itself is missing',
  },
  {
    id: 'system event',
    args: ['system', 'event', '--text', 'interop event', '--mode', 'now', '--json'],
    form: 'json',
    shape: { ok: true },
    calls: ['wake'],
  },
  { id: 'system heartbeat last --json', form: 'json', calls: ['last-heartbeat'] },
  { id: 'nodes status --json', form: 'json', shape: { nodes: 'array' }, calls: ['node.list'] },
  { id: 'models list --json', form: 'json', shape: { models: 'array' } },
  {
    id: 'config get gateway.port',
    form: 'text',
    check: ({ text, world }) =>
      text.trim().split('\n').at(-1) === String(world.port) ? undefined : 'another port',
  },
  {
    id: 'stale OPENCLAW_GATEWAY_TOKEN: channels status',
    args: ['channels', 'status'],
    only: OLD,
    form: 'text',
    env: { OPENCLAW_GATEWAY_TOKEN: 'stale-token-of-a-former-installation-0123456789' },
    refused: ['connect'],
    says: /unauthorized: gateway token mismatch \(provide gateway auth token\)/,
    check: ({ world }) => refusalLogged(world),
  },
  {
    id: 'stale OPENCLAW_GATEWAY_TOKEN: channels status --json',
    args: ['channels', 'status', '--json'],
    only: NEW,
    form: 'json',
    env: { OPENCLAW_GATEWAY_TOKEN: 'stale-token-of-a-former-installation-0123456789' },
    shape: channels,
  },
  {
    id: 'doctor --non-interactive',
    before: withoutPlugins,
    form: 'text',
    says: /Doctor complete/,
    calls: ['status', 'channels.status'],
    refused: ['doctor.memory.status'],
  },
];

function call(method, params) {
  return ['gateway', 'call', method, '--params', JSON.stringify(params), '--json'];
}

/** An account that needs no vendor. */
async function webhookAccount({ run }) {
  const { stdout } = await run(['gateway', 'call', 'config.get', '--json']);
  const { hash } = JSON.parse(stdout);
  const raw = JSON.stringify({ channels: { webhook: { secret: randomBytes(24).toString('base64url') } } });
  await run(call('config.patch', { raw, baseHash: hash }));
}

/** With its plugins on, the doctor of 2026.4.29 ends early unless it may fetch their packages from the network. */
async function withoutPlugins({ version, configure }) {
  if (version === OLD) configure({ plugins: { enabled: false } });
}

/** A forced run is queued: its record appears a moment later. */
async function finishedRun({ run, memory }) {
  for (let tries = 0; tries < 4; tries++) {
    const { stdout } = await run(['cron', 'runs', '--id', memory.job ?? 'none']);
    if (stdout.includes('"finished"')) return;
  }
}

/** A device that is paired as one platform and comes back as another has to be approved by a person. */
async function pendingDevice(world) {
  // The command line may only give what it holds itself, and 2026.4.29 asks for no more than pairing.
  const scopes = [world.version === OLD ? 'operator.pairing' : 'operator.read'];
  world.device = createDevice({ ...world, scopes });
  world.memory.device = world.device.id;
  await world.device.connect({ platform: 'linux' });
  const { error } = await world.device.connect({ platform: 'darwin' });
  if (error?.details?.requestId) world.memory.request = error.details.requestId;
}

async function oldTokenRefused({ device, memory }, what) {
  if (!memory.deviceToken) return 'the device had no token';
  const answer = await device.connect({ platform: 'darwin', deviceToken: memory.deviceToken });
  return answer.ok ? `the ${what} token is still accepted` : undefined;
}

async function refusalLogged({ run }) {
  const params = JSON.stringify({ outcome: 'refused', reason: 'token_mismatch', limit: 10 });
  const { stdout } = await run(['gateway', 'call', 'gatehouse.authlog.query', '--params', params, '--json']);
  let events;
  try {
    ({ events } = JSON.parse(stdout));
  } catch {
    return `the auth log could not be read: ${stdout.slice(0, 200)}`;
  }
  const found = events.find(({ client }) => client?.displayName === 'gateway:channels.status');
  if (!found) return 'the auth log has no token_mismatch of gateway:channels.status';
  return shape(found, { credential: 'token', hasDevice: false, client: { mode: 'backend', version: OLD } });
}
