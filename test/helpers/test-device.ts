// A device with a real ed25519 key that signs its connects as OpenClaw's clients do (protocol section 2.5).

import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Frame, TestClient } from './ws-client';
import { connectParams } from './ws-client';

export interface SignOptions {
  readonly version?: 'v2' | 'v3';
  /** Defaults to now. */
  readonly signedAt?: number;
  /** Changes what is signed, not what is sent. */
  readonly tamper?: (payload: string) => string;
}

export class TestDevice {
  readonly #privateKey: KeyObject;
  readonly publicKey: string;
  readonly id: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    this.publicKey = publicKey.export({ format: 'jwk' }).x ?? '';
    this.id = createHash('sha256').update(Buffer.from(this.publicKey, 'base64url')).digest('hex');
  }

  /** The params with this device's proof for the nonce. */
  signed(
    params: Record<string, unknown>,
    nonce: string,
    options: SignOptions = {},
  ): Record<string, unknown> & { readonly device: Record<string, unknown> } {
    const { client, role, scopes, auth } = params as {
      client: { id: string; mode: string; platform?: string; deviceFamily?: string };
      role?: string;
      scopes?: readonly string[];
      auth?: { token?: string; deviceToken?: string; bootstrapToken?: string };
    };
    const signedAt = options.signedAt ?? Date.now();
    const secret = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '';
    const version = options.version ?? 'v3';
    const fields = [
      version,
      this.id,
      client.id,
      client.mode,
      role ?? 'operator',
      (scopes ?? []).join(','),
      String(signedAt),
      secret,
      nonce,
      ...(version === 'v3' ? [lower(client.platform), lower(client.deviceFamily)] : []),
    ];
    const payload = fields.join('|');
    const signature = sign(
      null,
      Buffer.from(options.tamper?.(payload) ?? payload),
      this.#privateKey,
    ).toString('base64url');
    return { ...params, device: { id: this.id, publicKey: this.publicKey, signature, signedAt, nonce } };
  }

  /** Waits for the challenge, signs its nonce, connects; resolves with the answer, good or bad. */
  async connect(
    client: TestClient,
    overrides: Parameters<typeof connectParams>[0] = {},
    options: SignOptions = {},
  ): Promise<Frame> {
    const { payload } = await client.challenge();
    return client.request('connect', this.signed(connectParams(overrides), payload.nonce, options));
  }
}

function lower(text: string | undefined): string {
  return (text ?? '').trim().toLowerCase();
}
