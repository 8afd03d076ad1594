// Slack's own SDK against our double: what it does here, it does with Slack.

import { type Logger, LogLevel, SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { SLACK_SELF, type SlackDouble, startSlackDouble } from '../doubles/slack';

const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

async function startDouble(): Promise<SlackDouble> {
  const double = await startSlackDouble({ pingEveryMs: 50, redeliverAfterMs: 50 });
  onTestFinished(() => double.close());
  return double;
}

function apiOf(double: SlackDouble): string {
  return (double.settings.endpoints as { readonly api: string }).api;
}

function socketClient(double: SlackDouble, appToken = double.secrets.appToken ?? ''): SocketModeClient {
  const client = new SocketModeClient({
    appToken,
    logger: silent,
    autoReconnectEnabled: false,
    clientPingTimeout: 200,
    clientOptions: { slackApiUrl: apiOf(double), retryConfig: { retries: 0 } },
  });
  onTestFinished(async () => {
    await client.disconnect();
  });
  return client;
}

interface Received {
  readonly ack: () => Promise<void>;
  readonly body: Record<string, unknown>;
  readonly event: Record<string, unknown>;
  readonly retry_num: number;
}

it('connects, keeps its heartbeats, receives a message and acks it', async () => {
  const double = await startDouble();
  const client = socketClient(double);
  await client.start();
  expect(double.links).toBe(1);
  const received = new Promise<Received>((resolve) => client.once('message', resolve));
  const id = await double.deliver({ text: 'hello', sender: 'U0ADA', conversation: 'C0ROOM' });
  const { ack, event, body, retry_num } = await received;
  expect(event).toMatchObject({ type: 'message', channel: 'C0ROOM', user: 'U0ADA', text: 'hello' });
  expect([`${event.channel}:${event.ts}`, retry_num]).toEqual([id, 0]);
  expect(body.event_id).toMatch(/^Ev/);
  await ack();
  await double.until(() => double.acked.length === 1 || undefined);
  await double.seen(({ name }) => name === 'ping');
  expect(double.links).toBe(1);
});

it('gets an event again that it did not ack', async () => {
  const double = await startDouble();
  const client = socketClient(double);
  const received: Received[] = [];
  const twice = new Promise<void>((resolve) => {
    client.on('message', (message: Received) => {
      received.push(message);
      if (received.length === 2) resolve();
    });
  });
  await client.start();
  await double.deliver({ text: 'hello?' });
  await twice;
  expect(received.map(({ retry_num }) => retry_num)).toEqual([0, 1]);
  expect(new Set(received.map(({ body }) => body.event_id)).size).toBe(1);
  await received[1]?.ack();
});

it('is told to go, and goes', async () => {
  const double = await startDouble();
  const client = socketClient(double);
  await client.start();
  const gone = new Promise<void>((resolve) => client.once('disconnected', () => resolve()));
  await double.disconnect('refresh_requested');
  await gone;
  await double.until(() => double.links === 0 || undefined);
});

it('is refused with a wrong token, in the words of Slack', async () => {
  const double = await startDouble();
  await expect(socketClient(double, 'xapp-wrong').start()).rejects.toMatchObject({
    data: { ok: false, error: 'invalid_auth' },
  });
});

it('asks who it is, and sends into a channel and a thread', async () => {
  const double = await startDouble();
  const web = new WebClient(double.secrets.botToken, {
    slackApiUrl: apiOf(double),
    logger: silent,
  });
  expect(await web.auth.test()).toMatchObject({ ok: true, ...SLACK_SELF });
  const sent = await web.chat.postMessage({ channel: 'C0ROOM', text: 'hello' });
  expect(sent).toMatchObject({ ok: true, channel: 'C0ROOM' });
  await web.chat.postMessage({ channel: 'C0ROOM', text: 'in a thread', thread_ts: String(sent.ts) });
  expect(double.sent).toEqual([
    { to: 'C0ROOM', text: 'hello' },
    { to: `C0ROOM:${sent.ts}`, text: 'in a thread' },
  ]);
});
