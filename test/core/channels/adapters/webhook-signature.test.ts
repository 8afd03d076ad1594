import { describe, expect, it } from 'vitest';
import { webhookAdapter } from '../../../../electron/core/channels/adapters/webhook';
import type { Post } from '../../../doubles/webhook';
import { accountFor } from '../../../helpers/adapter-epoch';
import { BareContext, settle } from '../../../helpers/channel-doubles';
import { running } from './webhook-harness';

const BODY = JSON.stringify({ id: 'm-1', conversation: 'c-1', sender: 's-1', text: 'tea' });
const WITHOUT_ID = JSON.stringify({ conversation: 'c-1', sender: 's-1', text: 'tea' });
const seconds = (ms: number) => String(Math.floor(ms / 1_000));

describe('SEC-44: a signed delivery', () => {
  it('is accepted, and becomes the first proof', async () => {
    const { double, messages, status } = await running();
    expect(await double.post({ body: BODY })).toMatchObject({
      status: 202,
      json: { accepted: true, id: 'm-1' },
    });
    expect(messages).toMatchObject([
      { messageId: 'm-1', chatType: 'direct', conversationId: 'c-1', text: 'tea' },
    ]);
    expect(status('default')).toMatchObject({ word: 'connected', received: 1, rejected: 0 });
  });

  it('is accepted with its digits in capitals', async () => {
    const { double } = await running();
    const at = seconds(Date.UTC(2026, 0, 1));
    const first = await double.post({ body: WITHOUT_ID, timestamp: at });
    const signature = String(first.json.id);
    expect(signature).toMatch(/^sha256=[0-9a-f]{64}$/);
    const headers = { 'x-signature-256': `SHA256=${signature.slice(7).toUpperCase()}` };
    // The same signature, so the same delivery.
    expect(await double.post({ body: WITHOUT_ID, timestamp: at, headers })).toMatchObject({
      status: 200,
      json: { duplicate: true },
    });
  });

  const good = 'x-signature-256';
  const refused: readonly [string, (now: number) => Post][] = [
    ['without a signature', () => ({ headers: { [good]: undefined } })],
    ['without a timestamp', () => ({ headers: { 'x-timestamp': undefined } })],
    ['with a wrong signature', () => ({ signed: 'another body' })],
    ['with an empty signature', () => ({ headers: { [good]: '' } })],
    ['with half a signature', () => ({ headers: { [good]: `sha256=${'ab'.repeat(16)}` } })],
    ['with a signature of another kind', () => ({ headers: { [good]: `sha1=${'ab'.repeat(32)}` } })],
    ['whose body was altered', () => ({ body: `${BODY} `, signed: BODY })],
    [
      'whose body was altered in its bytes only',
      () => ({ body: Buffer.from(`\ufeff${BODY}`), signed: BODY }),
    ],
    ['whose timestamp was altered', (now) => ({ headers: { 'x-timestamp': seconds(now + 1_000) } })],
    ['that is 301 s old', (now) => ({ timestamp: seconds(now - 301_000) })],
    ['that is 301 s ahead', (now) => ({ timestamp: seconds(now + 301_000) })],
    ['with a time in milliseconds', (now) => ({ timestamp: String(now) })],
    ['with a time that is none', () => ({ timestamp: 'now' })],
    ['with a negative time', (now) => ({ timestamp: `-${seconds(now)}` })],
    ['with two signatures', () => ({ headers: { [good]: ['sha256=00', 'sha256=11'] } })],
    ['with two timestamps', (now) => ({ headers: { 'x-timestamp': [seconds(now), seconds(now)] } })],
    [
      'with the secret as bearer instead',
      () => ({
        headers: {
          [good]: undefined,
          'x-timestamp': undefined,
          authorization: 'Bearer webhook-double-secret-Zx81kQw7',
        },
      }),
    ],
  ];
  it.each(refused)('%s is 401, counted, explained, and never echoed', async (_name, post) => {
    const { double, messages, status, clock, manager, logger } = await running();
    const reply = await double.post({ body: BODY, ...post(clock.now()) });
    expect([reply.status, reply.headers['www-authenticate']]).toEqual([401, 'Signature']);
    expect(status('default')).toMatchObject({
      rejected: 1,
      word: 'degraded',
      lastError: { class: 'auth', code: 401 },
    });
    expect(status('default').lastError?.fix).toBeDefined();
    expect(messages).toEqual([]);
    const seen = JSON.stringify([reply, manager.statuses()]) + logger.text();
    expect(seen).not.toContain(double.secrets.secret);
    expect(seen).not.toMatch(/[0-9a-f]{64}/);
  });

  it('with the same header twice is refused also when both are right', async () => {
    const { double, messages } = await running();
    const right = await double.post({ body: WITHOUT_ID });
    const signature = String(right.json.id);
    const twice = await double.post({
      body: WITHOUT_ID,
      headers: { 'x-signature-256': [signature, signature] },
    });
    expect([twice.status, messages.length]).toEqual([401, 1]);
  });

  it('is taken up to 300 s before and after its time', async () => {
    const { double, clock } = await running();
    const statuses = [];
    for (const offset of [-300_000, 300_000]) {
      statuses.push((await double.post({ timestamp: seconds(clock.now() + offset) })).status);
    }
    expect(statuses).toEqual([202, 202]);
  });

  it('that is replayed is processed once, with an id and without, also under another timestamp', async () => {
    const { double, messages, clock } = await running();
    const timestamp = seconds(clock.now());
    for (const body of [BODY, WITHOUT_ID]) {
      const replies = [await double.post({ body, timestamp }), await double.post({ body, timestamp })];
      expect(replies.map(({ status }) => status)).toEqual([202, 200]);
      expect(replies[1]?.json).toEqual({ accepted: true, duplicate: true });
    }
    expect((await double.post({ body: BODY, timestamp: seconds(clock.now() + 5_000) })).status).toBe(200);
    expect(messages.map(({ text }) => text)).toEqual(['tea', 'tea']);
  });

  it('stays known for as long as its signature can be used, whatever comes in between', async () => {
    const { double, messages, clock } = await running();
    const timestamp = seconds(clock.now() + 300_000);
    await double.post({ body: WITHOUT_ID, timestamp });
    for (let count = 0; count < 200; count += 1) await double.deliver({ text: 'in between' });
    clock.advance(599_000);
    expect((await double.post({ body: WITHOUT_ID, timestamp })).status).toBe(200);
    clock.advance(2_000);
    expect((await double.post({ body: WITHOUT_ID, timestamp })).status).toBe(401);
    expect(messages.filter(({ text }) => text === 'tea')).toHaveLength(1);
  });

  it('is checked before anything is parsed, and what it signs is parsed strictly', async () => {
    const { double } = await running();
    expect((await double.post({ body: '{"broken', signed: 'x' })).status).toBe(401);
    expect((await double.post({ body: '{"broken' })).status).toBe(400);
    expect((await double.post({ body: JSON.stringify({ ...JSON.parse(BODY), x: 1 }) })).status).toBe(400);
    expect((await double.post({ headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await double.post({ body: `"${'x'.repeat(70_000)}"` })).status).toBe(413);
  });

  it('of a stranger that is too large is not shown on the account', async () => {
    const { double, status } = await running();
    expect((await double.post({ body: 'x'.repeat(70_000), signed: '' })).status).toBe(413);
    expect(status('default')).toMatchObject({ rejected: 0, word: 'not-checked' });
  });

  it('still gets through while a flood of wrong ones is slowed down', async () => {
    const { double, status } = await running();
    const codes: number[] = [];
    for (let count = 0; count < 121; count += 1) codes.push((await double.post({ signed: 'x' })).status);
    expect([codes.filter((code) => code === 401).length, codes[120]]).toEqual([120, 429]);
    expect((await double.post()).status).toBe(202);
    expect(status('default')).toMatchObject({ received: 1, rejected: 121 });
  });

  it('needs a key: without one nothing is served, whoever asks', async () => {
    const { double, vault, manager, status } = await running();
    vault.secrets.clear();
    await manager.reload();
    expect((await double.post()).status).toBe(404);
    expect(status('default').phase).toBe('unconfigured');
    const context = new BareContext();
    const account = { ...accountFor(webhookAdapter, double), secretOf: {} };
    expect(await webhookAdapter.run(account, context)).toMatchObject({
      failure: { class: 'config', code: 'no_secret' },
    });
    expect([context.isReady, context.routes.size]).toEqual([false, 0]);
  });
});

describe('SEC-44: a delivery with a bearer secret', () => {
  it('is refused with two Authorization headers, also when both are right', async () => {
    const { double, messages } = await running({ signature: 'bearer' });
    const right = `Bearer ${double.secrets.secret}`;
    for (const authorization of [
      [right, 'Bearer wrong'],
      ['Bearer wrong', right],
      [right, right],
    ]) {
      expect((await double.post({ headers: { authorization } })).status).toBe(401);
    }
    expect(messages).toEqual([]);
    expect((await double.post()).status).toBe(202);
  });
});

it('an account that changes its kind of proof takes the other from then on', async () => {
  const { double, settings } = await running();
  settings.update({ channels: { webhook: { signature: 'bearer' } } });
  await settle();
  expect((await double.post()).status).toBe(401);
  const headers = { authorization: `Bearer ${double.secrets.secret}` };
  expect((await double.post({ headers })).status).toBe(202);
});
