// The whole decision about a connect without a socket: one reason per failure, in upstream's order of checks, and
// scopes from the server's own records whatever is claimed (SEC-12, SEC-13, SEC-14, SEC-22).

import { describe, expect, it } from 'vitest';
import type { AuthRequest } from '../../../electron/core/gateway/auth/authenticator';
import { authenticate } from '../../../electron/core/gateway/auth/authenticator';
import type { Verdict } from '../../../electron/core/tokens/token-store';
import type { RefusalReason } from '../../../shared/model/auth-event';
import type { PairingReason } from '../../../shared/model/device';
import { connectParamsSchema } from '../../../shared/protocol/connect';
import type { Scope } from '../../../shared/protocol/scopes';
import { coversScopes, OPERATOR_SCOPES } from '../../../shared/protocol/scopes';
import { connectParams } from '../../helpers/ws-client';

const RIGHT = 'right-secret-right-secret-right';
const DEVICE_TOKEN = 'device-token-device-token-devic';
const FINGERPRINT = 'abcdefabcdef';
const compared = {
  presentedFingerprint: '111111111111',
  comparedGeneration: 7,
  comparedFingerprint: FINGERPRINT,
};
const device = { id: 'ab', publicKey: 'key', signature: 'sig', signedAt: 1, nonce: 'n' };

function verify(secret: string): Verdict {
  if (secret === RIGHT) return { ok: true, generation: 7, presentedAs: 'current', ...compared };
  const reason = secret === 'cut-off' ? 'superseded' : 'token_mismatch';
  return { ok: false, reason, presentedAs: 'unknown', ...compared };
}

interface Setup {
  readonly params?: Record<string, unknown>;
  readonly mode?: AuthRequest['mode'];
  readonly directLocal?: boolean;
  readonly originClass?: AuthRequest['originClass'];
  readonly proof?: Extract<ReturnType<AuthRequest['proveDevice']>, { ok: false }>['reason'];
  readonly pairing?: PairingReason;
  readonly tokenScopes?: readonly Scope[];
  readonly problem?: string;
}

function decide(setup: Setup = {}) {
  const { tokenScopes = ['operator.read'] } = setup;
  return authenticate({
    params: connectParamsSchema.parse(connectParams(setup.params ?? {})),
    directLocal: setup.directLocal ?? true,
    originClass: setup.originClass ?? 'none',
    mode: setup.mode ?? 'token',
    generation: 7,
    verify,
    proveDevice: () =>
      setup.proof === undefined
        ? { ok: true, deviceId: 'ab', publicKey: 'key' }
        : { ok: false, reason: setup.proof },
    subjectOf: (proven, role) => ({
      ...proven,
      role,
      scopes: [],
      platform: 'linux',
      clientId: 'cli',
      clientMode: 'cli',
      remoteIp: '127.0.0.1',
    }),
    devices: {
      problem: setup.problem,
      assess: () => ({ reason: setup.pairing, roles: ['operator'], scopes: tokenScopes }),
      judgeToken: ({ candidate, scopes }) => {
        if (candidate !== DEVICE_TOKEN) return 'mismatch';
        return coversScopes(tokenScopes, scopes) ? 'ok' : 'scope';
      },
      isDeviceToken: (text) => text === DEVICE_TOKEN,
    },
  });
}

const right = { auth: { token: RIGHT } };
const page = { client: { id: 'openclaw-control-ui', mode: 'ui', version: '1', platform: 'x' } };
const four = { minProtocol: 4, maxProtocol: 4 };

const REASONS: readonly { readonly reason: RefusalReason; readonly setup: Setup }[] = [
  { reason: 'protocol_mismatch', setup: { params: { ...right, minProtocol: 5, maxProtocol: 9 } } },
  { reason: 'invalid_role', setup: { params: { ...right, role: 'root' } } },
  { reason: 'origin_not_allowed', setup: { params: { ...right, ...page } } },
  { reason: 'device_identity_required', setup: { params: { ...right, ...page }, originClass: 'allowed' } },
  { reason: 'token_missing', setup: {} },
  { reason: 'token_mismatch', setup: { params: { auth: { token: 'wrong' } } } },
  { reason: 'password_missing', setup: { mode: 'password' } },
  { reason: 'password_mismatch', setup: { mode: 'password', params: { auth: { password: 'wrong' } } } },
  { reason: 'bootstrap_token_invalid', setup: { params: { auth: { bootstrapToken: 'b' } } } },
  { reason: 'device_token_mismatch', setup: { params: { auth: { deviceToken: 'wrong' }, device } } },
  {
    reason: 'scope_mismatch',
    setup: { params: { auth: { deviceToken: DEVICE_TOKEN }, device, scopes: ['operator.admin'], ...four } },
  },
  { reason: 'device_id_mismatch', setup: { params: { ...right, device }, proof: 'device-id-mismatch' } },
  {
    reason: 'device_signature_stale',
    setup: { params: { ...right, device }, proof: 'device-signature-stale' },
  },
  { reason: 'device_nonce_missing', setup: { params: { ...right, device }, proof: 'device-nonce-missing' } },
  {
    reason: 'device_nonce_mismatch',
    setup: { params: { ...right, device }, proof: 'device-nonce-mismatch' },
  },
  { reason: 'device_signature', setup: { params: { ...right, device }, proof: 'device-signature' } },
  { reason: 'device_public_key', setup: { params: { ...right, device }, proof: 'device-public-key' } },
  { reason: 'pairing_unavailable', setup: { params: { ...right, device }, problem: 'locked' } },
];

describe('SEC-13: every failure', () => {
  it.each(REASONS)('has its own reason: $reason', ({ reason, setup }) => {
    expect(decide(setup)).toMatchObject({ ok: false, outcome: 'refused', reason });
  });

  it('is told by another message, code or detail than every other', () => {
    const told = REASONS.map(({ setup }) => {
      const decision = decide(setup);
      return 'error' in decision ? JSON.stringify(decision.error) : 'none';
    });
    expect(new Set(told).size).toBe(REASONS.length);
  });

  it('SEC-12: says nothing about the secret that was expected', () => {
    for (const { setup } of REASONS) {
      const decision = decide(setup);
      const told = 'error' in decision ? JSON.stringify(decision.error) : '';
      for (const clue of [RIGHT, DEVICE_TOKEN, FINGERPRINT, String(RIGHT.length)]) {
        expect(told).not.toContain(clue);
      }
      expect(Object.keys(JSON.parse(told).details ?? {}).join()).not.toMatch(
        /finger|generation|expected(?!Protocol)/,
      );
    }
  });

  it('of a credential that a leaked rotation has cut off is superseded, not refused', () => {
    expect(decide({ params: { auth: { token: 'cut-off' } } })).toMatchObject({ outcome: 'superseded' });
    const saved = decide({ params: { auth: { token: 'cut-off', deviceToken: DEVICE_TOKEN }, device } });
    expect(saved.ok).toBe(true);
  });
});

describe('the order of checks', () => {
  it('a bad proof is named before a wrong secret, and the wrong secret still counts', () => {
    const setup = { params: { auth: { token: 'wrong' }, device }, proof: 'device-signature' } as const;
    expect(decide(setup)).toMatchObject({ reason: 'device_signature', guess: 'wrong' });
    expect(decide({ ...setup, params: { ...right, device } })).toMatchObject({ guess: 'right' });
  });

  it('an old device token in the token field works, and a wrong one there is a token mismatch', () => {
    expect(decide({ params: { auth: { token: DEVICE_TOKEN }, device } })).toMatchObject({
      ok: true,
      credential: 'device-token',
      principal: { method: 'device-token', generation: 0, deviceId: 'ab' },
    });
    expect(decide({ params: { auth: { token: 'wrong' }, device } })).toMatchObject({
      reason: 'token_mismatch',
    });
  });

  it('a device token without a device proves nothing, and is recognised', () => {
    expect(decide({ params: { auth: { token: DEVICE_TOKEN } } })).toMatchObject({
      ok: false,
      reason: 'token_mismatch',
      presentedAs: 'device-token',
    });
  });

  it('a valid setup code does not exist here: with the right secret it is not in the way', () => {
    expect(decide({ params: { auth: { token: RIGHT, bootstrapToken: 'b' }, device } }).ok).toBe(true);
  });
});

describe('SEC-22: silent approval', () => {
  const unknown: Setup = { params: { ...right, device }, pairing: 'not-paired' };
  it.each([
    { what: 'a new local device with the secret', setup: unknown, silent: true },
    { what: 'another role', setup: { ...unknown, pairing: 'role-upgrade' }, silent: true },
    { what: 'more scopes', setup: { ...unknown, pairing: 'scope-upgrade' }, silent: true },
    {
      what: 'more scopes on protocol 3',
      setup: { ...unknown, params: { ...right, device, maxProtocol: 3 } },
      silent: true,
    },
    { what: 'mode none', setup: { ...unknown, params: { device }, mode: 'none' }, silent: true },
    { what: 'a changed platform', setup: { ...unknown, pairing: 'metadata-upgrade' }, silent: false },
    { what: 'a listed Origin', setup: { ...unknown, originClass: 'allowed' }, silent: false },
    { what: 'a proxy in between', setup: { ...unknown, directLocal: false }, silent: false },
    {
      what: 'a device token only',
      setup: { params: { auth: { deviceToken: DEVICE_TOKEN }, device }, pairing: 'role-upgrade' },
      silent: false,
    },
  ] as const)('for $what: $silent', ({ setup, silent }) => {
    expect(decide(setup as Setup)).toMatchObject({ outcome: 'pairing', pairing: { silent } });
  });
});

describe('SEC-14: whatever scopes are claimed', () => {
  const claims = [...OPERATOR_SCOPES, 'operator.*', '*', 'root', ''];
  const ways: readonly { readonly what: string; readonly setup: Setup; readonly bound: readonly Scope[] }[] =
    [
      {
        what: 'a device token',
        setup: { params: { auth: { deviceToken: DEVICE_TOKEN }, device } },
        bound: ['operator.read'],
      },
      { what: 'a node', setup: { params: { ...right, device, role: 'node' } }, bound: [] },
      {
        what: 'a phone without a device',
        setup: { params: { ...right, client: { ...page.client, id: 'openclaw-ios' } } },
        bound: [],
      },
      { what: 'a helper behind a proxy', setup: { params: right, directLocal: false }, bound: [] },
      { what: 'mode none behind a proxy', setup: { mode: 'none', directLocal: false }, bound: [] },
    ];

  it.each(ways)('$what gets no more than its record has', ({ setup, bound }) => {
    for (const claim of claims) {
      const decision = decide({ ...setup, params: { ...setup.params, scopes: [claim] } });
      if (decision.ok) expect(coversScopes(bound, decision.principal.scopes)).toBe(true);
      else expect(decision.outcome).toBe('refused');
    }
  });
});
