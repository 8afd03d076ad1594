// Stands between the OpenClaw command line and a gateway on loopback and writes down what they say. Passes every byte on
// as it is, but for the port in the Host header, which a gateway compares with its own.
import net from 'node:net';
import { wsReader } from './ws-frames.mjs';

const MAX_HEAD = 64 * 1024;

/**
 * @typedef {{ from: 'client' | 'gateway', frame?: any, close?: number, reason?: string }} Said
 * @typedef {{ request: string, answer?: string, said: Said[] }} Conversation secrets are blanked out
 * @param {number} gatewayPort
 */
export async function startTap(gatewayPort) {
  /** @type {Conversation[]} */
  let conversations = [];
  const sockets = new Set();
  const server = net.createServer((client) => {
    const gateway = net.connect(gatewayPort, '127.0.0.1');
    /** @type {Conversation} */
    const conversation = { request: '', said: [] };
    conversations.push(conversation);
    relay(client, gateway, conversation, 'client', (head) => {
      conversation.request = head.slice(0, head.indexOf('\r\n'));
      return head.replace(/^(host:\s*(?:127\.0\.0\.1|localhost|\[::1\])):\d+/im, `$1:${gatewayPort}`);
    });
    relay(gateway, client, conversation, 'gateway', (head) => {
      conversation.answer = head.slice(0, head.indexOf('\r\n'));
      return head;
    });
    for (const socket of [client, gateway]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  return {
    port: server.address().port,
    /** What was said since the last call. */
    take() {
      const taken = conversations;
      conversations = [];
      return taken;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Copies one direction. The HTTP head goes through `onHead` once; what follows an upgrade is read as WebSocket. */
function relay(from, to, conversation, speaker, onHead) {
  let head = Buffer.alloc(0);
  let isOpen = false;
  const read = wsReader();
  const note = (chunk) => {
    if (!/ 101 /.test(conversation.answer ?? '')) return;
    for (const message of read(chunk))
      conversation.said.push({
        from: speaker,
        ...('text' in message ? { frame: blank(message.text) } : message),
      });
  };
  from.on('data', (chunk) => {
    if (isOpen) {
      note(chunk);
      to.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length < MAX_HEAD) return;
    isOpen = true;
    const [first, rest] =
      end < 0 ? [head, Buffer.alloc(0)] : [head.subarray(0, end + 4), head.subarray(end + 4)];
    to.write(onHead(first.toString('latin1')), 'latin1');
    if (rest.length === 0) return;
    note(rest);
    to.write(rest);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroySoon());
}

const SECRET_KEYS = new Set(['token', 'password', 'bootstrapToken', 'deviceToken', 'signature']);

function blank(text) {
  try {
    return JSON.parse(text, (key, value) =>
      SECRET_KEYS.has(key) && typeof value === 'string' ? '[secret]' : value,
    );
  } catch {
    return text.slice(0, 200);
  }
}
