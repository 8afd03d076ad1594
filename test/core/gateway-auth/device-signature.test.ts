// The device proof alone: every field signed, both payloads, the clock's tolerance, and keys and signatures that
// OpenSSL would take although they prove nothing (SEC-18, SEC-19).

import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProofRequest } from '../../../electron/core/gateway/auth/device-signature';
import {
  checkDeviceProof,
  isCanonicalSignature,
  isStrongPublicKey,
  signedPayloads,
} from '../../../electron/core/gateway/auth/device-signature';
import { connectParamsSchema } from '../../../shared/protocol/connect';
import { TestDevice } from '../../helpers/test-device';
import { connectParams } from '../../helpers/ws-client';

const NOW = 1_800_000_000_000;
const NONCE = '5b1e0000-0000-4000-8000-000000000000';

function proofOf(params: Record<string, unknown>, nonce = NONCE) {
  return checkDeviceProof({
    params: connectParamsSchema.parse(params) as ProofRequest['params'],
    nonce,
    now: NOW,
  });
}

function signedBy(device: TestDevice, overrides = {}, options = {}) {
  const params = connectParams({ token: 'T'.repeat(24), ...overrides });
  return device.signed(params, NONCE, { signedAt: NOW, ...options });
}

describe('a device proof', () => {
  it.each(['v2', 'v3'] as const)('is accepted with a %s payload', (version) => {
    const device = new TestDevice();
    expect(proofOf(signedBy(device, {}, { version }))).toEqual({
      ok: true,
      deviceId: device.id,
      publicKey: device.publicKey,
    });
  });

  it('signs the text of the worked example in the protocol page, with its trailing separator', () => {
    const params = connectParamsSchema.parse({
      ...connectParams({ token: 'T', client: { id: 'cli', mode: 'cli', version: '1', platform: ' Linux ' } }),
      device: { id: 'ab', publicKey: 'x', signature: 'y', signedAt: 1_800_000_000_100, nonce: '5b1e' },
    }) as ProofRequest['params'];
    expect(signedPayloads(params)).toEqual([
      'v3|ab|cli|cli|operator|operator.read|1800000000100|T|5b1e|linux|',
      'v2|ab|cli|cli|operator|operator.read|1800000000100|T|5b1e',
    ]);
  });

  it('SEC-18: is refused when any one signed field is altered', () => {
    const device = new TestDevice();
    const good = signedBy(device, { client: { id: 'cli', mode: 'cli', version: '1', platform: 'linux' } });
    const client = good.client as Record<string, unknown>;
    const altered: readonly Record<string, unknown>[] = [
      { client: { ...client, id: 'gateway-client' } },
      { client: { ...client, mode: 'backend' } },
      { client: { ...client, platform: 'win32' } },
      { client: { ...client, deviceFamily: 'Phone' } },
      { role: 'node' },
      { scopes: ['operator.read', 'operator.admin'] },
      { scopes: [] },
      { auth: { token: 'U'.repeat(24) } },
      { auth: { deviceToken: 'D'.repeat(24) } },
      { device: { ...good.device, signedAt: NOW + 1 } },
    ];
    expect(proofOf(good).ok).toBe(true);
    for (const change of altered) {
      expect(proofOf({ ...good, ...change })).toEqual({ ok: false, reason: 'device-signature' });
    }
  });

  it('covers the first of token, device token and setup code, and never the password', () => {
    const device = new TestDevice();
    for (const auth of [
      { deviceToken: 'D' },
      { bootstrapToken: 'B' },
      { token: 'T', deviceToken: 'D' },
      {},
    ]) {
      expect(proofOf(signedBy(device, { auth })).ok).toBe(true);
    }
    const withPassword = signedBy(device, { auth: { password: 'one' } });
    expect(proofOf({ ...withPassword, auth: { password: 'another' } }).ok).toBe(true);
  });

  it.each([
    { skew: -120_000, ok: true },
    { skew: 120_000, ok: true },
    { skew: -120_001, ok: false },
    { skew: 120_001, ok: false },
  ])('SEC-18: with a clock off by $skew ms is accepted: $ok', ({ skew, ok }) => {
    const proof = proofOf(signedBy(new TestDevice(), {}, { signedAt: NOW + skew }));
    expect(proof).toMatchObject(ok ? { ok } : { ok, reason: 'device-signature-stale' });
  });

  it('SEC-18: holds for its own nonce only', () => {
    const params = signedBy(new TestDevice());
    expect(proofOf(params, 'another')).toEqual({ ok: false, reason: 'device-nonce-mismatch' });
  });

  it('takes keys and signatures in the ordinary base64 alphabet too, and no other junk', () => {
    const device = new TestDevice();
    const params = signedBy(device);
    const plain = (text: unknown) => Buffer.from(String(text), 'base64url').toString('base64');
    const { publicKey, signature } = params.device;
    const ordinary = { ...params.device, publicKey: plain(publicKey), signature: plain(signature) };
    expect(proofOf({ ...params, device: ordinary })).toMatchObject({ ok: true, publicKey });
    for (const junk of [`${signature} `, `${signature}!`, String(signature).slice(0, -2), 'x'.repeat(1000)]) {
      expect(proofOf({ ...params, device: { ...params.device, signature: junk } })).toMatchObject({
        ok: false,
      });
    }
  });
});

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
const SIGN = 2n ** 255n;

function encode(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
function decode(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

/** Every y of a point whose order divides 8, worked out here from the curve and not copied from the code. */
function smallOrderYs(): bigint[] {
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    let factor = base % P;
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * factor) % P;
      factor = (factor * factor) % P;
    }
    return result;
  };
  const inverse = (value: bigint) => power(value, P - 2n);
  const root = (value: bigint): bigint | undefined => {
    let candidate = power(value, (P + 3n) / 8n);
    if ((candidate * candidate) % P !== value % P) candidate = (candidate * power(2n, (P - 1n) / 4n)) % P;
    return (candidate * candidate) % P === value % P ? candidate : undefined;
  };
  const d = ((((P - 121_665n) * inverse(121_666n)) % P) + P) % P;
  // Doubling such a point gives y = 0: x^2 = -y^2, so on the curve d*y^4 + 2*y^2 - 1 = 0.
  const rootOfOnePlusD = root((1n + d) % P);
  const ys = [0n, 1n, P - 1n];
  for (const sign of rootOfOnePlusD === undefined ? [] : [rootOfOnePlusD, P - rootOfOnePlusD]) {
    const square = ((sign + P - 1n) * inverse(d)) % P;
    const y = root(square);
    if (y !== undefined) ys.push(y, P - y);
  }
  return ys;
}

describe('SEC-19: a public key', () => {
  const ys = smallOrderYs();

  it('has five y coordinates of small order to avoid', () => {
    expect(new Set(ys).size).toBe(5);
  });

  it.each(ys.flatMap((y) => [y, y + SIGN]))('of small order is refused: %#', (encoded) => {
    expect(isStrongPublicKey(encode(encoded))).toBe(false);
  });

  it('of small order in a non-canonical encoding is refused', () => {
    for (const y of ys) {
      for (const encoded of [y + P, y + P + SIGN]) {
        if (y + P < SIGN) expect(isStrongPublicKey(encode(encoded))).toBe(false);
      }
    }
  });

  it('that is not the canonical encoding is refused, and so is a wrong length', () => {
    for (let k = 0n; k < 19n; k += 1n) expect(isStrongPublicKey(encode(P + k))).toBe(false);
    expect(isStrongPublicKey(Buffer.alloc(31, 7))).toBe(false);
    expect(isStrongPublicKey(Buffer.alloc(33, 7))).toBe(false);
  });

  it('of a real device is taken', () => {
    for (let i = 0; i < 50; i += 1) {
      expect(isStrongPublicKey(Buffer.from(new TestDevice().publicKey, 'base64url'))).toBe(true);
    }
  });

  it('is refused before a forgery that Node accepts is even looked at', () => {
    const identity = encode(1n);
    // R = the identity point, S = 0: under this key OpenSSL takes it for any message.
    const forged = Buffer.concat([identity, Buffer.alloc(32)]);
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: identity.toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, Buffer.from('anything'), key, forged)).toBe(true);

    const id = createHash('sha256').update(identity).digest('hex');
    const device = {
      id,
      publicKey: identity.toString('base64url'),
      signature: forged.toString('base64url'),
      signedAt: NOW,
      nonce: NONCE,
    };
    expect(proofOf({ ...connectParams({ token: 'T' }), device })).toEqual({
      ok: false,
      reason: 'device-public-key',
    });
  });
});

describe('SEC-19: a signature', () => {
  it('with S of the group order or more is refused, although it proves the same', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from('text'), privateKey);
    expect(isCanonicalSignature(signature)).toBe(true);
    const s = decode(signature.subarray(32));
    const twin = Buffer.concat([signature.subarray(0, 32), encode(s + L)]);
    expect(isCanonicalSignature(twin)).toBe(false);
    expect(isCanonicalSignature(Buffer.concat([signature.subarray(0, 32), encode(L)]))).toBe(false);
    expect(isCanonicalSignature(Buffer.concat([signature.subarray(0, 32), encode(L - 1n)]))).toBe(true);
    expect(isCanonicalSignature(signature.subarray(0, 63))).toBe(false);
  });

  it('in that other form proves no device', () => {
    const params = signedBy(new TestDevice());
    const signature = Buffer.from(String(params.device.signature), 'base64url');
    const twin = Buffer.concat([signature.subarray(0, 32), encode(decode(signature.subarray(32)) + L)]);
    expect(proofOf(params).ok).toBe(true);
    expect(
      proofOf({ ...params, device: { ...params.device, signature: twin.toString('base64url') } }),
    ).toEqual({
      ok: false,
      reason: 'device-signature',
    });
  });
});
