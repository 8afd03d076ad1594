// The wire never says how long a login lasts: what is told is a habit, three days ahead, and only where the day of the
// login is known.

import { afterEach, expect, it } from 'vitest';
import { closeBenches, runUntilReady, weixinBench } from './weixin-harness';

const DAY_MS = 86_400_000;

afterEach(closeBenches);

async function saidAfter(days: number | undefined) {
  const bench = await weixinBench();
  const { context } = bench;
  if (days === undefined) context.store.delete('savedAt');
  else context.store.set('savedAt', context.clock.now() - days * DAY_MS);
  const savedAt = context.store.get('savedAt');
  const { end } = await runUntilReady(bench);
  context.abort();
  await end;
  const find = (what: string) => context.said.find((said) => said.what === what)?.value;
  return { savedAt, expiresAt: find('expiresAt'), warning: find('warn') };
}

it('tells when a login usually ends', async () => {
  const { savedAt, expiresAt, warning } = await saidAfter(2);
  expect(expiresAt).toBe((savedAt as number) + 30 * DAY_MS);
  expect(warning).toBeUndefined();
});

it('warns three days ahead, and says that it is a habit', async () => {
  const { warning } = await saidAfter(28);
  expect(warning).toMatchObject({
    class: 'auth',
    code: 'login_age',
    message: 'this login is 28 days old, and WeChat usually ends one after about 30',
    fix: expect.stringContaining('QR code'),
  });
});

it('says nothing about a login of unknown age', async () => {
  expect(await saidAfter(undefined)).toMatchObject({ expiresAt: undefined, warning: undefined });
});
