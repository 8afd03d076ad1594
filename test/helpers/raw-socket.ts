// Bytes on TCP: a WebSocket peer that may break every rule, for tests of what the server does about it.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawFrame {
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly opcode: number;
  readonly payload?: Buffer | string;
  readonly masked?: boolean;
  /** Announce this length instead of the payload's own. */
  readonly claimedLength?: bigint;
}

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export function encodeRawFrame(frame: RawFrame): Buffer {
  const payload = Buffer.from(frame.payload ?? '');
  const masked = frame.masked ?? true;
  const length = frame.claimedLength ?? BigInt(payload.length);
  const head = [((frame.fin ?? true) ? 0x80 : 0) | ((frame.rsv ?? 0) << 4) | frame.opcode];
  const maskBit = masked ? 0x80 : 0;
  let size: Buffer;
  if (length < 126n) size = Buffer.from([maskBit | Number(length)]);
  else if (length < 65_536n) {
    size = Buffer.alloc(3);
    size[0] = maskBit | 126;
    size.writeUInt16BE(Number(length), 1);
  } else {
    size = Buffer.alloc(9);
    size[0] = maskBit | 127;
    size.writeBigUInt64BE(length, 1);
  }
  if (!masked) return Buffer.concat([Buffer.from(head), size, payload]);
  const mask = randomBytes(4);
  const body = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return Buffer.concat([Buffer.from(head), size, mask, body]);
}

export class RawSocket {
  readonly tcp: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  readonly #waiting = new Set<() => void>();

  private constructor(tcp: Socket) {
    this.tcp = tcp;
    tcp.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    tcp.on('error', () => undefined);
    tcp.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static open(port: number): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const tcp = connect({ host: '127.0.0.1', port });
      onTestFinished(() => void tcp.destroy());
      tcp.once('error', reject);
      tcp.once('connect', () => resolve(new RawSocket(tcp)));
    });
  }

  /** A socket that has been upgraded and has received the challenge. */
  static async upgraded(port: number, headers: readonly string[] = []): Promise<RawSocket> {
    const socket = await RawSocket.open(port);
    socket.write(upgradeRequest(port, headers));
    await socket.until((bytes) => bytes.includes('\r\n\r\n'));
    const end = socket.#received.indexOf('\r\n\r\n') + 4;
    const head = socket.#received.subarray(0, end).toString();
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(head);
    socket.#received = socket.#received.subarray(end);
    await socket.until((bytes) => bytes.includes('connect.challenge'));
    return socket;
  }

  write(bytes: Buffer | string): void {
    this.tcp.write(bytes);
  }

  sendFrame(frame: RawFrame): void {
    this.write(encodeRawFrame(frame));
  }

  get text(): string {
    return this.#received.toString('latin1');
  }

  /** Waits until the received bytes fit; rejects when the peer ends first. */
  async until(fits: (bytes: Buffer) => boolean): Promise<void> {
    while (!fits(this.#received)) {
      if (this.#ended) throw new Error(`ended before; received ${JSON.stringify(this.text.slice(0, 500))}`);
      await this.#next();
    }
  }

  /** All bytes until the peer ended the connection. */
  async ended(): Promise<string> {
    while (!this.#ended) await this.#next();
    return this.text;
  }

  /** Close code and reason of the close frame that the server sent, once the connection has ended. */
  async closeFrame(): Promise<{ readonly code: number; readonly reason: string } | undefined> {
    await this.ended();
    let offset = 0;
    const bytes = this.#received;
    while (offset + 2 <= bytes.length) {
      const opcode = (bytes[offset] ?? 0) & 0x0f;
      let length = (bytes[offset + 1] ?? 0) & 0x7f;
      let start = offset + 2;
      if (length === 126) {
        length = bytes.readUInt16BE(start);
        start += 2;
      } else if (length === 127) {
        length = Number(bytes.readBigUInt64BE(start));
        start += 8;
      }
      const payload = bytes.subarray(start, start + length);
      if (opcode === OPCODE.close) {
        return payload.length < 2
          ? { code: 1005, reason: '' }
          : { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() };
      }
      offset = start + length;
    }
    return undefined;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  #wake(): void {
    for (const resolve of [...this.#waiting]) {
      this.#waiting.delete(resolve);
      resolve();
    }
  }
}

export function upgradeRequest(port: number, headers: readonly string[] = []): string {
  const own = new Set(headers.map((line) => line.split(':')[0]?.toLowerCase()));
  const defaults = [
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ].filter((line) => !own.has(line.split(':')[0]?.toLowerCase()));
  return `GET / HTTP/1.1\r\n${[...defaults, ...headers].join('\r\n')}\r\n\r\n`;
}
