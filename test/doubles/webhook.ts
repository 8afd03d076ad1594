// A double of the program at the other end of a webhook account: it sends signed deliveries to a gateway and receives
// replies, strictly. Nothing links to it and it holds no link, so incidents and `mute` do not exist.

import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { systemClock } from '../../electron/core/lib/clock';
import {
  WEBHOOK_HEADERS,
  WEBHOOK_WINDOW_MS,
  type WebhookReply,
  webhookReplySchema,
} from '../../shared/protocol/webhook';
import type { ChannelDouble, DoubleOptions, Fault, SentText } from './channel-double';
import { DoubleRecord } from './double-record';
import { beginAnswer, DoubleServer } from './double-server';

const SECRET = 'webhook-double-secret-Zx81kQw7';
/** As a secret in a URL would stand: never to be shown. */
const PATH = '/replies/PATH-MARKER';

export interface WebhookDoubleOptions extends DoubleOptions {
  readonly signature?: 'bearer' | 'hmac-sha256';
}

/** One request to the gateway; what is absent is as it should be. */
export interface Post {
  readonly body?: string | Buffer;
  /** Unix seconds. */
  readonly timestamp?: string;
  /** Over what the signature goes; the body when absent. */
  readonly signed?: string | Buffer;
  /** Instead of the double's own; `undefined` leaves one out, a list sends it more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface PostReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface WebhookDouble extends ChannelDouble {
  /** Where deliveries go: the gateway's address and the account's path. */
  aim(url: string): void;
  post(post?: Post): Promise<PostReply>;
  /** Each reply once, as it was received. */
  readonly replies: readonly WebhookReply[];
  /** Answers the next replies with these statuses, in turn. */
  answer(...statuses: readonly number[]): void;
}

export async function startWebhookDouble(options: WebhookDoubleOptions = {}): Promise<WebhookDouble> {
  const { clock = systemClock, signature = 'hmac-sha256' } = options;
  const record = new DoubleRecord();
  const replies: WebhookReply[] = [];
  const sent: SentText[] = [];
  const statuses: number[] = [];
  let fault: Fault = 'none';
  let target: URL | undefined;
  let count = 0;

  const server = new DoubleServer((incoming, response) => {
    // The gateway may go away in the middle.
    receive(incoming, response).catch(() => response.destroy());
  });

  async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    record.add({ via: 'http', name: `${incoming.method} ${incoming.url}`, body: body.toString('utf8') });
    switch (fault) {
      case 'hang':
        return;
      case 'slow':
        return beginAnswer(response);
      case 'malformed':
        return void incoming.socket.end('this is no HTTP\r\n\r\n');
      case 'rate-limit':
        return void response.writeHead(429, { 'retry-after': '2' }).end();
      case 'server-error':
        return void response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500</h1>');
      case 'bad-credential':
        return void response.writeHead(401).end();
      default: {
        const status = statuses.shift() ?? judge(incoming, body);
        const padding = fault === 'huge' ? 'x'.repeat(1_200_000) : '';
        response.writeHead(
          status,
          status === 307 ? { location: `http://127.0.0.1:${server.port}/elsewhere` } : {},
        );
        response.end(padding);
      }
    }
  }

  function judge({ method, url, headers }: IncomingMessage, body: Buffer): number {
    if (url !== PATH) return 404;
    if (method !== 'POST') return 405;
    if (headers['content-type'] !== 'application/json') return 415;
    const timestamp = String(headers[WEBHOOK_HEADERS.timestamp]);
    if (!(Math.abs(clock.now() - Number(timestamp) * 1_000) <= WEBHOOK_WINDOW_MS)) return 401;
    if (headers[WEBHOOK_HEADERS.signature] !== sign(timestamp, body)) return 401;
    const parsed = webhookReplySchema.safeParse(JSON.parse(body.toString('utf8')));
    if (!parsed.success || parsed.data.id !== headers[WEBHOOK_HEADERS.delivery]) return 400;
    const reply = parsed.data;
    if (!replies.some(({ id }) => id === reply.id)) {
      replies.push(reply);
      sent.push({ to: reply.conversation, text: reply.text });
    }
    return 200;
  }

  async function post({ body = delivery('hello'), timestamp, signed = body, headers = {} }: Post = {}) {
    if (target === undefined) throw new Error('aim the double at a gateway first');
    const { hostname, port, pathname } = target;
    const at = timestamp ?? String(Math.floor(clock.now() / 1_000));
    const proof =
      signature === 'bearer'
        ? { authorization: `Bearer ${SECRET}` }
        : { [WEBHOOK_HEADERS.timestamp]: at, [WEBHOOK_HEADERS.signature]: sign(at, signed) };
    const all: Post['headers'] = { 'content-type': 'application/json', ...proof, ...headers };
    const outgoing: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(all)) {
      if (value !== undefined) outgoing[name] = typeof value === 'string' ? value : [...value];
    }
    return new Promise<PostReply>((resolve, reject) => {
      const client = request(
        { hostname, port, path: pathname, method: 'POST', agent: false, headers: outgoing },
        (incoming) => {
          readAll(incoming).then((bytes) => {
            const text = bytes.toString('utf8');
            const json = text === '' ? {} : JSON.parse(text);
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, json });
          }, reject);
        },
      );
      client.on('error', reject);
      client.end(body);
    });
  }

  function delivery(text: string, rest: Readonly<Record<string, string>> = {}): string {
    count += 1;
    return JSON.stringify({ id: `delivery-${count}`, conversation: 'c-1', sender: 's-1', text, ...rest });
  }

  await server.up();
  return {
    channel: 'webhook',
    settings: { signature, replyUrl: `http://127.0.0.1:${server.port}${PATH}` },
    secrets: { secret: SECRET },
    incidents: [],
    log: record.log,
    sent,
    replies,
    links: 0,
    linked: () => Promise.reject(new Error('nothing links to the other end of a webhook')),
    seen: (match) => record.seen(match),
    aim(url) {
      target = new URL(url);
    },
    post,
    async deliver({ text, sender, senderName, conversation, messageId }) {
      const body = delivery(text, {
        ...(messageId === undefined ? {} : { id: messageId }),
        ...(sender === undefined ? {} : { sender }),
        ...(senderName === undefined ? {} : { senderName }),
        ...(conversation === undefined ? {} : { conversation }),
      });
      const { status } = await post({ body });
      if (status !== 200 && status !== 202) throw new Error(`the gateway answered ${status}`);
      return (JSON.parse(body) as { readonly id: string }).id;
    },
    answer(...next) {
      statuses.push(...next);
    },
    async fault(next) {
      if (next === 'mute') throw new Error('there is no link that could fall silent');
      fault = next;
      if (next === 'down') await server.down();
      else await server.up();
    },
    happen: (incident) => Promise.reject(new Error(`a webhook has no link to ${incident}`)),
    close: () => server.down(),
  };
}

/** Written out here again: the double must not believe the product's own signature. */
function sign(timestamp: string, body: string | Buffer): string {
  return `sha256=${createHmac('sha256', SECRET).update(`${timestamp}.`).update(body).digest('hex')}`;
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
