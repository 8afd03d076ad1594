// A client with a device of its own, for what the command line is to approve, rotate and revoke: connects once, tells
// how that ended.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { WebSocket } from 'ws';

const DEADLINE_MS = 15_000;

/** @param {{ port: number, token: string, scopes: readonly string[] }} options @returns a device that exists nowhere yet */
export function createDevice({ port, token, scopes }) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = createHash('sha256').update(raw).digest('hex');
  return {
    id,
    /**
     * @param {{ platform: string, deviceToken?: string }} as
     * @returns {Promise<{ ok: boolean, payload?: any, error?: any }>} the answer to `connect`
     */
    connect: ({ platform, deviceToken }) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}`);
        const timer = setTimeout(() => reject(new Error('the device got no answer')), DEADLINE_MS);
        const end = (settle) => {
          clearTimeout(timer);
          socket.close();
          settle();
        };
        socket.on('error', (error) => end(() => reject(error)));
        socket.on('close', () => end(() => reject(new Error('closed without an answer'))));
        socket.on('message', (data) => {
          const frame = JSON.parse(data.toString());
          if (frame.type === 'res') return end(() => resolve(frame));
          if (frame.event !== 'connect.challenge') return;
          const { nonce } = frame.payload;
          const signedAt = Date.now();
          const secret = deviceToken ?? token;
          const client = {
            id: 'test',
            mode: 'test',
            version: '1.0.0',
            platform,
            displayName: 'interop device',
          };
          const fields = [
            'v3',
            id,
            client.id,
            client.mode,
            'operator',
            scopes.join(','),
            signedAt,
            secret,
            nonce,
          ];
          const payload = [...fields, platform, ''].join('|');
          const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url');
          const device = { id, publicKey: raw.toString('base64url'), signature, signedAt, nonce };
          const auth = deviceToken === undefined ? { token } : { deviceToken };
          const params = { minProtocol: 3, maxProtocol: 4, client, caps: [], role: 'operator', auth, device };
          const request = { ...params, scopes };
          socket.send(JSON.stringify({ type: 'req', id: '1', method: 'connect', params: request }));
        });
      }),
  };
}
