// SEC-47: all eight channels hold secrets, and a vendor that quotes every request in its errors; every reply, event,
// IPC answer and log line is walked for them.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ClipboardGuard } from '../../electron/shell/clipboard';
import { createHandlers } from '../../electron/shell/ipc/handlers';
import { SettingsFeed } from '../../electron/shell/ipc/settings-feed';
import { CHANNEL_KINDS, secretKeys, vaultNameOf } from '../../shared/model/channel-kinds';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore, type TestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

/** Found in every canary, in whatever form it is written. */
const MARK = 'CaNaRy7Q';

/** As their vendors shape them. */
function canary(id: string, key: string, account: string): string {
  const text = `${MARK}${Buffer.from(`${id}${key}${account}`).toString('hex')}zz`;
  if (key === 'appToken') return `xapp-1-${text}`;
  if (id === 'slack') return `xoxb-1-${text}`;
  return id === 'telegram' ? `123456789:${text.slice(0, 40)}` : text;
}

/**
 * Answers everything with an error in every vendor's shape that quotes what is secret in the request, each time a
 * little further into the sentence: whoever cuts before he cleans leaves half a secret.
 */
async function quotingVendor(): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      count += 1;
      const secret = `${request.headers.authorization ?? ''} ${Buffer.concat(chunks)} ${request.url}`;
      const quote = `${'p'.repeat((count * 3) % 270)} ${secret}`;
      const error = { code: 10_003, msg: quote, message: quote, errmsg: quote, errcode: 40_001, ret: -1 };
      const body = {
        ...error,
        ok: false,
        error: quote,
        description: quote,
        error_code: 400,
        trace_id: quote,
      };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.on('upgrade', (request, socket) => {
    socket.end(`HTTP/1.1 400 ${JSON.stringify(request.headers).slice(0, 200)}\r\n\r\n${request.url}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function settingsFor(host: string): Readonly<Record<string, unknown>> {
  const account = (kind: (typeof CHANNEL_KINDS)[number]) => ({
    ...Object.fromEntries(
      kind.fields.flatMap((field) => {
        if (field.kind === 'text') return [[field.key, '1234567']];
        if (field.kind !== 'url' || kind.id === 'webhook') return [];
        return [[field.key, `${field.key === 'websocketUrl' ? 'ws' : 'http'}://${host}`]];
      }),
    ),
    ...(kind.endpoints.length === 0
      ? {}
      : { endpoints: Object.fromEntries(kind.endpoints.map((name) => [name, `http://${host}`])) }),
  });
  return Object.fromEntries(
    CHANNEL_KINDS.map((kind) => [kind.id, { ...account(kind), accounts: { work: account(kind) } }]),
  );
}

async function startMarked() {
  const host = await quotingVendor();
  const secrets: Record<string, string> = {};
  for (const { id } of CHANNEL_KINDS) {
    for (const key of secretKeys(id)) {
      for (const account of ['default', 'work'])
        secrets[vaultNameOf(id, account, key)] = canary(id, key, account);
    }
  }
  const core = await startTestCore({ settings: { channels: settingsFor(host) }, secrets });
  return { core, texts: Object.values(secrets) };
}

async function clientOf(core: TestCore, protocol: 3 | 4) {
  const client = await TestClient.open(core.url);
  const versions = { minProtocol: protocol, maxProtocol: protocol };
  await client.connect(connectParams({ token: core.token(), scopes: ['operator.admin'], ...versions }));
  return client;
}

/** Every call that answers with something about channels, and those that fail with a vendor's words. */
async function askEverything(client: TestClient, core: TestCore): Promise<unknown[]> {
  const answers: unknown[] = [];
  const ask = async (method: string, params?: unknown) => {
    const answer = await client.request(method, params);
    answers.push(answer);
    return answer;
  };
  for (let n = 0; n < 20; n += 1) await ask('channels.status', { probe: true, timeoutMs: 5_000 });
  for (const { id } of CHANNEL_KINDS) {
    await ask('channels.status', { channel: id });
    for (const accountId of ['default', 'work']) {
      await ask('channels.start', { channel: id, accountId });
      const order = { channel: id, accountId, to: 'C1', message: 'tea', idempotencyKey: `${id}${accountId}` };
      await ask('send', order);
      core.journal.append({ ...order, direction: 'in', conversationId: 'C1', text: 'tea', at: 1 });
    }
  }
  await ask('web.login.start', { timeoutMs: 5_000 });
  await ask('web.login.wait', { timeoutMs: 1 });
  for (const method of [
    'health',
    'status',
    'config.get',
    'config.schema',
    'gatehouse.messages.query',
    'gatehouse.authlog.query',
    'logs.tail',
    'system-presence',
    'diagnostics.stability',
    'cron.list',
    'cron.status',
    'device.pair.list',
    'gateway.identity.get',
    'secrets.reload',
  ]) {
    await ask(method);
  }
  await ask('health', { probe: true });
  for (const { id } of CHANNEL_KINDS) await ask('config.schema.lookup', { path: `channels.${id}` });
  const { hash } = ((await ask('config.get')).payload ?? {}) as { hash?: string };
  await ask('config.patch', { raw: '{"ui":{"theme":"dark"}}', baseHash: hash });
  return answers;
}

/** What the window can ask for: every IPC call that only reads, and what is pushed to it. */
async function panelAnswers(core: TestCore): Promise<unknown[]> {
  const clipboard = { readText: () => '', writeText: () => undefined, clear: () => undefined };
  const handlers = createHandlers({
    core,
    settings: new SettingsFeed(core.settings),
    clipboard: new ClipboardGuard({ clipboard, clock: new FakeClock() }),
    info: () => ({}) as never,
    openDataFolder: async () => undefined,
    requestQuit: () => undefined,
  }) as unknown as Readonly<Record<string, (params: unknown) => unknown>>;
  const answers: unknown[] = [core.status.snapshot(), core.channels.statuses()];
  const reads = Object.keys(handlers).filter((name) =>
    /\.(get|list|query|status|form|conversations)$/.test(name),
  );
  expect(reads).toEqual(expect.arrayContaining(['status.get', 'settings.get', 'cron.list']));
  for (const name of reads) {
    if (!name.startsWith('channels.')) answers.push(await handlers[name]?.({}));
    else {
      for (const { id } of CHANNEL_KINDS) {
        for (const accountId of ['default', 'work'])
          answers.push(await handlers[name]?.({ channel: id, accountId }));
      }
    }
  }
  for (const { id } of CHANNEL_KINDS) {
    for (const accountId of ['default', 'work']) answers.push(core.channelEditor.form(id, accountId));
  }
  return answers;
}

it('SEC-47: no secret of a channel leaves, whatever is asked and whatever its vendor quotes', async () => {
  const { core, texts } = await startMarked();
  expect(texts).toHaveLength(18);
  const answers: unknown[] = [];
  const clients: TestClient[] = [];
  for (const protocol of [3, 4] as const) {
    const client = await clientOf(core, protocol);
    clients.push(client);
    answers.push(...(await askEverything(client, core)));
  }
  const panel = await panelAnswers(core);
  const accounts = core.channels.statuses();
  expect(accounts).toHaveLength(16);
  expect(accounts.every(({ configured }) => configured)).toBe(true);
  // The vendor has been asked and has quoted: else nothing would be proven here.
  const quoted = accounts.filter(({ lastError, probe }) =>
    `${lastError?.message} ${probe?.error}`.match(/secret\]|rejected|400|10003|40001/i),
  );
  expect(quoted.length).toBeGreaterThanOrEqual(8);

  const seen = {
    replies: JSON.stringify(answers),
    frames: JSON.stringify(clients.flatMap(({ frames }) => frames)),
    panel: JSON.stringify(panel),
    log: core.logLines().join('\n'),
  };
  for (const [where, text] of Object.entries(seen)) {
    expect(text.length, where).toBeGreaterThan(100);
    for (const secret of texts) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        expect(text.includes(form), `${where} holds a secret`).toBe(false);
      }
    }
    expect(text.includes(MARK), `${where} holds a part of a secret`).toBe(false);
  }
});
