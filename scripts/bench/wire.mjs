// The client side of a WebSocket by hand, for load: pre-built frames on a bare socket, so that what is measured is
// the server and not the client. Speaks just enough of RFC 6455 and of the gateway's handshake.
import { connect } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const EMPTY = Buffer.alloc(0);

/** A masked client frame; the key is zero, which is a valid key and leaves the payload as it is. */
export function frame(opcode, payload) {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** @param {number} port @param {string} [headers] more of them, each with its line end */
export function upgradeRequest(port, headers = '') {
  return Buffer.from(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
  );
}

export const textFrame = (value) => frame(TEXT, JSON.stringify(value));
const CLOSE_FRAME = frame(CLOSE, Buffer.from([0x03, 0xe8]));

/** @param {string} token @param {readonly string[]} [scopes] */
export function connectFrame(token, scopes = ['operator.read']) {
  return textFrame({
    type: 'req',
    id: 'connect',
    method: 'connect',
    params: {
      minProtocol: 3,
      maxProtocol: 4,
      client: {
        id: 'gateway-client',
        mode: 'backend',
        displayName: 'bench',
        version: '0.1.0',
        platform: process.platform,
      },
      caps: [],
      role: 'operator',
      scopes,
      auth: { token },
    },
  });
}

/** @param {(opcode: number, data: Buffer, start: number, end: number) => void} onFrame */
function frameReader(onFrame) {
  let rest = EMPTY;
  return (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= 2) {
      let length = data[at + 1] & 0x7f;
      let head = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        head = 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (data.length - at < head + length) break;
      onFrame(data[at] & 0x0f, data, at + head, at + head + length);
      at += head + length;
    }
    rest = at === data.length ? EMPTY : data.subarray(at);
  };
}

/**
 * Dials, upgrades, waits for the challenge and sends `hello`; resolves with the first answer. `onFrame` may be set on
 * the session to get every later frame.
 * @param {number} port @param {Buffer} hello
 * @returns {Promise<{ answer: string, socket: import('node:net').Socket, onFrame: undefined | Function,
 *   closed: Promise<void>, close: () => void }>}
 */
export function openSession(port, hello) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    let tellClosed;
    // By the server's close frame, or by the end of a socket that got none.
    const closed = new Promise((done) => {
      tellClosed = done;
      socket.once('close', done);
    });
    let session;
    let challenged = false;
    const read = frameReader((opcode, data, start, end) => {
      if (opcode === CLOSE) {
        socket.end(CLOSE_FRAME);
        tellClosed();
        return;
      }
      if (opcode === PING) socket.write(frame(PONG, data.subarray(start, end)));
      if (opcode !== TEXT) return;
      if (!challenged) {
        challenged = true;
        socket.write(hello);
      } else if (session === undefined) {
        session = {
          answer: data.toString('latin1', start, end),
          socket,
          onFrame: undefined,
          closed,
          // Waits for nothing: the server answers into a socket that is gone, as with most one-shot clients.
          close: () => socket.destroy(),
        };
        resolve(session);
      } else session.onFrame?.(data, start, end);
    });
    let http = '';
    const onHttp = (chunk) => {
      http += chunk.toString('latin1');
      const end = http.indexOf('\r\n\r\n');
      if (end < 0) return;
      if (!http.startsWith('HTTP/1.1 101')) {
        socket.destroy(new Error(http.slice(0, http.indexOf('\r\n'))));
        return;
      }
      socket.off('data', onHttp);
      socket.on('data', read);
      const rest = Buffer.from(http.slice(end + 4), 'latin1');
      if (rest.length > 0) read(rest);
    };
    socket.on('data', onHttp);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed before an answer')));
    socket.write(upgradeRequest(port));
  });
}

/** Like openSession with a right token: rejects unless the answer is the one expected. */
export async function openAccepted({ port, token, expect, scopes }) {
  const session = await openSession(port, connectFrame(token, scopes));
  if (!session.answer.includes(expect)) throw new Error(`not accepted: ${session.answer.slice(0, 200)}`);
  return session;
}
