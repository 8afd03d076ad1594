// Protocol section 3.1: a token and a password without a mode are ambiguous, and nobody guesses which one was meant.

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';

const BOTH = { token: 'a-token-that-somebody-wrote-8f31', password: 'a-password-that-somebody-wrote' };

it('does not listen while both are written down and no mode is, and says why', async () => {
  const core = await startTestCore({ settings: { gateway: { auth: BOTH } } as never });
  expect(core.gateway.status()).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('no gateway.auth.mode says which counts'),
  });
});

it('listens as soon as somebody sets a mode', async () => {
  const core = await startTestCore({ settings: { gateway: { auth: BOTH } } as never });
  const listening = new Promise<void>((resolve) => {
    core.gateway.onChanged(({ state }) => {
      if (state === 'listening') resolve();
    });
  });
  expect(core.settings.update({ gateway: { auth: { mode: 'token' } } }).ok).toBe(true);
  await listening;
  expect(core.tokens.modeProblem).toBeUndefined();
});
