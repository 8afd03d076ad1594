import { expect, it } from 'vitest';
import { LateSecretBox } from '../../electron/shell/late-secret-box';
import { plainSecretBox } from '../../electron/shell/storage/plain-secret-box';

const ignore = () => undefined;

it('opens the real box at its first use, once, and claims nothing before', async () => {
  let opened = 0;
  const box = new LateSecretBox(async () => {
    opened += 1;
    return { ...plainSecretBox, backend: 'keychain' };
  }, ignore);
  expect([box.backend, opened]).toEqual(['plain', 0]);
  const [sealed] = await Promise.all([box.seal('text'), box.seal('text')]);
  expect(await box.open(sealed ?? '')).toEqual({ ok: true, value: 'text' });
  expect([box.backend, opened]).toEqual(['keychain', 1]);
});

it('says what the keychain is before anything was sealed with it, so that no status shows one without the other', async () => {
  const order: string[] = [];
  const box = new LateSecretBox(
    async () => plainSecretBox,
    ({ backend }) => order.push(`${backend}, known as ${box.backend}`),
  );
  await Promise.all([1, 2].map(() => box.seal('text').then(() => order.push('sealed'))));
  expect(order).toEqual(['plain, known as plain', 'sealed', 'sealed']);
});
