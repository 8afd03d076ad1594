import { expect, it } from 'vitest';
import { LateSecretBox } from '../../electron/shell/late-secret-box';
import { plainSecretBox } from '../../electron/shell/storage/plain-secret-box';

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
