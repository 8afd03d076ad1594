import { describe, expect, it } from 'vitest';
import { Secret } from '../../electron/core/lib/secret';
import { takeChannelSecrets, takeGatewayToken } from '../../electron/shell/hand-edited-secrets';
import { LateSecretBox } from '../../electron/shell/late-secret-box';
import { plainSecretBox } from '../../electron/shell/storage/plain-secret-box';
import { MemoryVault } from '../helpers/memory-vault';
import { startTestCore } from '../helpers/test-core';

describe('secrets that somebody wrote into settings.json', () => {
  it('of channels go to the vault under the account they belong to', async () => {
    const vault = new MemoryVault();
    const secrets = new Map([
      ['channels.webhook.secret', new Secret('one')],
      ['channels.webhook.accounts.shop.secret', new Secret('two')],
      ['gateway.auth.token', new Secret('three')],
    ]);
    expect(await takeChannelSecrets(secrets, vault)).toEqual(new Map());
    expect(vault.get('webhook/default')?.expose()).toBe('one');
    expect(vault.get('webhook/shop')?.expose()).toBe('two');
  });

  it('become the gateway’s token, once: the same token again is no change', async () => {
    const core = await startTestCore();
    const secrets = new Map([['gateway.auth.token', new Secret('mZ4-8sQw_2Lk9Xc7Vb1Nn5Hj3Gf6Td0R')]]);
    expect(await takeGatewayToken(secrets, core.tokens)).toEqual(new Map());
    expect(await takeGatewayToken(secrets, core.tokens)).toEqual(new Map());
    expect([core.token(), core.tokens.generation]).toEqual(['mZ4-8sQw_2Lk9Xc7Vb1Nn5Hj3Gf6Td0R', 2]);
  });

  it('are named, not taken, when they are too weak', async () => {
    const core = await startTestCore();
    const secrets = new Map([['gateway.auth.token', new Secret('hunter2')]]);
    expect(await takeGatewayToken(secrets, core.tokens)).toEqual(
      new Map([['gateway.auth.token', 'too-short']]),
    );
    expect(core.tokens.generation).toBe(1);
  });
});

describe('LateSecretBox', () => {
  it('opens the real box at its first use, once, and claims nothing before', async () => {
    let opened = 0;
    const box = new LateSecretBox(async () => {
      opened += 1;
      return { ...plainSecretBox, backend: 'keychain' };
    });
    expect([box.backend, opened]).toEqual(['plain', 0]);
    const [sealed] = await Promise.all([box.seal('text'), box.seal('text')]);
    expect(await box.open(sealed ?? '')).toEqual({ ok: true, value: 'text' });
    expect([box.backend, opened]).toEqual(['keychain', 1]);
  });
});
