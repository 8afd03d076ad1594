import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebhookAdapter, webhookAdapter } from '../../../../electron/core/channels/adapters/webhook';
import type { OutboundMessage } from '../../../../electron/core/channels/channel-adapter';
import { type Disposable, toDisposable } from '../../../../electron/core/lib/disposable';
import { startWebhookDouble } from '../../../doubles/webhook';
import { type AccountChanges, accountFor, probeContextOf, runEpochOf } from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';
import { FakeClock, settle } from '../../../helpers/fake-clock';

const TEXT: OutboundMessage = { to: 'c-1', text: 'tea is ready', idempotencyKey: 'key-1' };

/** The pauses between the tries are over as soon as they begin. */
class ImpatientClock extends FakeClock {
  readonly pauses: number[] = [];
  override setTimeout(callback: () => void, delayMs: number): Disposable {
    if (delayMs !== 1_000 && delayMs !== 5_000) return super.setTimeout(callback, delayMs);
    this.pauses.push(delayMs);
    const pause = setImmediate(callback);
    return toDisposable(() => clearImmediate(pause));
  }
}

class ImpatientContext extends BareContext {
  override readonly clock = new ImpatientClock();
}

async function ready(
  changes: AccountChanges = {},
  adapter = webhookAdapter,
  context: BareContext = new BareContext(),
) {
  const double = await startWebhookDouble({ clock: context.clock });
  const account = accountFor(adapter, double, changes);
  const epoch = runEpochOf(adapter, account, context);
  onTestFinished(async () => {
    context.abort();
    await epoch.end;
    await double.close();
  });
  const controller = new AbortController();
  const send = (message: Partial<OutboundMessage> = {}) => {
    const sender = context.info?.live?.send;
    if (sender === undefined) throw new Error('cannot send');
    return sender({ ...TEXT, ...message }, controller.signal);
  };
  return { double, context, account, send, stop: () => controller.abort() };
}

describe('a reply', () => {
  it('is one POST, signed like a delivery', async () => {
    const { double, send } = await ready();
    expect(await send()).toEqual({ ok: true, value: {} });
    expect(double.replies).toEqual([
      { id: 'key-1', account: 'default', conversation: 'c-1', text: 'tea is ready' },
    ]);
    expect(await send({ idempotencyKey: 'key-2', replyToId: 'm-1' })).toMatchObject({ ok: true });
    expect(double.replies[1]).toMatchObject({ id: 'key-2', replyTo: 'm-1' });
    expect(double.log).toHaveLength(2);
  });

  it('of the longest text fits, however it is escaped', async () => {
    const { double, send } = await ready();
    const text = '\u0001'.repeat(webhookAdapter.textLimit ?? 0);
    expect(await send({ text, to: 'c'.repeat(256) })).toMatchObject({ ok: true });
    expect(double.replies[0]?.text).toBe(text);
  });

  it('is tried again under the same id after a 5xx, and is received once', async () => {
    const context = new ImpatientContext();
    const { double, send } = await ready({}, webhookAdapter, context);
    double.answer(503, 502);
    expect(await send()).toMatchObject({ ok: true });
    expect(context.clock.pauses).toEqual([1_000, 5_000]);
    expect([double.log.length, double.replies.length]).toEqual([3, 1]);
  });

  it.each([
    [401, 'permission'],
    [403, 'permission'],
    [404, 'config'],
    [429, 'rate_limited'],
    [307, 'config'],
  ])('that is answered with %i is not repeated and is of class %s', async (status, failureClass) => {
    const { double, send } = await ready();
    double.answer(status);
    const outcome = await send();
    expect(outcome).toMatchObject({
      ok: false,
      error: { class: failureClass, code: status, message: expect.stringContaining(String(status)) },
    });
    expect(double.log).toHaveLength(1);
  });

  it('that may have arrived says so', async () => {
    const { double, send, context, stop } = await ready();
    await double.fault('hang');
    const sending = send();
    await double.seen(() => double.log.length === 1);
    context.clock.advance(10_000);
    while (context.clock.pendingTimers === 0) await settle();
    stop();
    expect(await sending).toMatchObject({
      ok: false,
      error: { class: 'network', message: expect.stringContaining('may not have arrived') },
    });
  });

  it('shows neither secret nor path of its URL when it fails', async () => {
    const { double, send, context } = await ready();
    await double.fault('bad-credential');
    const seen = JSON.stringify([await send(), context.said]) + context.log.text();
    expect(seen).not.toContain('PATH-MARKER');
    expect(seen).not.toContain(double.secrets.secret);
  });
});

describe('SEC-46: a reply URL', () => {
  it('that is missing means that nothing can be sent, and nothing is wrong', async () => {
    const { context, account } = await ready({ settings: { replyUrl: undefined } });
    expect(context.isReady).toBe(true);
    expect(context.info).toEqual({ mode: 'webhook' });
    expect(context.said.map(({ what }) => what)).toEqual(['ready']);
    expect(await webhookAdapter.check?.(account, probeContextOf(context))).toEqual({ ok: true });
  });

  it.each([
    'https://10.0.0.7/hook',
    'https://169.254.169.254/latest',
    'https://[fd00::1]/hook',
    'https://192.168.1.1:8443/',
  ])('into the local network is refused before saving, and never sent to: %s', async (replyUrl) => {
    const { context, account } = await ready({ settings: { replyUrl } });
    expect(await webhookAdapter.check?.(account, probeContextOf(context))).toMatchObject({
      ok: false,
      field: 'replyUrl',
      error: expect.stringContaining('private or reserved'),
    });
    expect(context.info?.live).toBeUndefined();
    expect(context.said.filter(({ what }) => what === 'warn')).toMatchObject([
      { value: { class: 'config', code: 'reply_url' } },
    ]);
  });

  it('whose name leads there is refused at each sending, and its right address is the one that is dialled', async () => {
    let addresses = [{ address: '10.0.0.7', family: 4 }];
    const adapter = createWebhookAdapter(async () => addresses);
    const { double, send, context } = await ready({}, adapter);
    const { port } = new URL(String(double.settings.replyUrl));
    const named = await ready(
      { settings: { replyUrl: `http://localhost:${port}/replies/PATH-MARKER` } },
      adapter,
    );
    expect(await named.send()).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('private or reserved') },
    });
    addresses = [...addresses, { address: '127.0.0.1', family: 4 }];
    expect(await named.send()).toMatchObject({ ok: true });
    expect([double.replies.length, await send(), context.isReady]).toEqual([
      1,
      { ok: true, value: {} },
      true,
    ]);
  });

  it('without encryption is for this machine only, already in the settings', () => {
    expect(() => accountForUrl('http://replies.example/hook')).toThrow();
    expect(accountForUrl('https://replies.example/hook').values.replyUrl).toBe(
      'https://replies.example/hook',
    );
  });
});

function accountForUrl(replyUrl: string) {
  const nobody = { channel: 'webhook', settings: { replyUrl }, secrets: { secret: 'a secret of this test' } };
  return accountFor(webhookAdapter, nobody as unknown as Parameters<typeof accountFor>[1]);
}
