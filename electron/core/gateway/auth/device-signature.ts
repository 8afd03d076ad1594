// Proves that a client holds the private key of the device it names (protocol section 2.5). Pure: params, the
// socket's nonce and the time go in, a verdict with one reason comes out. Must refuse weak keys before OpenSSL is
// asked: under a small-order key it accepts signatures that nobody made (SEC-19).

import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { ConnectParams } from '../../../../shared/protocol/connect';
import type { DeviceProofReason } from '../../../../shared/protocol/error-codes';

/** How far `signedAt` may lie from our clock, either way. */
export const MAX_SKEW_MS = 120_000;

export type DeviceProof =
  | { readonly ok: true; readonly deviceId: string; readonly publicKey: string }
  | { readonly ok: false; readonly reason: DeviceProofReason };

export interface ProofRequest {
  readonly params: ConnectParams & { readonly device: NonNullable<ConnectParams['device']> };
  /** Of this socket's challenge: a signature made for another socket, or replayed, carries another. */
  readonly nonce: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Checks in upstream's order, so that the first thing wrong is the one that is named. */
export function checkDeviceProof({ params, nonce, now }: ProofRequest): DeviceProof {
  const { device } = params;
  const raw = decodeBase64Url(device.publicKey);
  if (raw === undefined || createHash('sha256').update(raw).digest('hex') !== device.id) {
    return { ok: false, reason: 'device-id-mismatch' };
  }
  if (Math.abs(now - device.signedAt) > MAX_SKEW_MS) return { ok: false, reason: 'device-signature-stale' };
  if (device.nonce.trim() === '') return { ok: false, reason: 'device-nonce-missing' };
  if (device.nonce !== nonce) return { ok: false, reason: 'device-nonce-mismatch' };
  const key = isStrongPublicKey(raw) ? importPublicKey(raw) : undefined;
  if (key === undefined) return { ok: false, reason: 'device-public-key' };
  const signature = decodeBase64Url(device.signature);
  if (signature === undefined || !isCanonicalSignature(signature)) {
    return { ok: false, reason: 'device-signature' };
  }
  const signed = signedPayloads(params).some((text) =>
    verify(null, Buffer.from(text, 'utf8'), key, signature),
  );
  if (!signed) return { ok: false, reason: 'device-signature' };
  return { ok: true, deviceId: device.id, publicKey: raw.toString('base64url') };
}

/** The texts that a good signature may cover: v3 first, then v2, which leaves platform and family unsigned. */
export function signedPayloads(params: ProofRequest['params']): readonly [string, string] {
  const { auth, client, device } = params;
  const secret = auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? '';
  const common = [
    device.id,
    client.id,
    client.mode,
    params.role ?? 'operator',
    (params.scopes ?? []).join(','),
    String(device.signedAt),
    secret,
    device.nonce,
  ];
  const v3 = ['v3', ...common, metadata(client.platform), metadata(client.deviceFamily)];
  return [v3.join('|'), ['v2', ...common].join('|')];
}

/** How platform and family are compared and signed: trimmed, ASCII letters lowered. */
export function metadata(text: string | undefined): string {
  return (text ?? '').trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const FIELD_PRIME = 2n ** 255n - 19n;
const GROUP_ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
const SIGN_BIT = 2n ** 255n;

/** y coordinates of the eight points whose order divides 8; either sign of x. Their other encodings are y >= p. */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  littleEndian(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
  littleEndian(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')),
]);

/** 32 bytes, the one canonical encoding, and not a point of small order. */
export function isStrongPublicKey(raw: Buffer): boolean {
  if (raw.length !== 32) return false;
  const y = littleEndian(raw) % SIGN_BIT;
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y);
}

/** 64 bytes whose S half is below the group order: every other S is a second signature for the same text. */
export function isCanonicalSignature(signature: Buffer): boolean {
  return signature.length === 64 && littleEndian(signature.subarray(32)) < GROUP_ORDER;
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function importPublicKey(raw: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    });
  } catch {
    return undefined;
  }
}

/** Base64url, or the ordinary alphabet with padding, which some clients send. Nothing else is skipped over. */
function decodeBase64Url(text: string): Buffer | undefined {
  const bare = text
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9_-]+$/.test(bare)) return undefined;
  const bytes = Buffer.from(bare, 'base64url');
  return bytes.toString('base64url') === bare ? bytes : undefined;
}
