import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Disposable } from '../../../electron/core/lib/disposable';
import { toDisposable } from '../../../electron/core/lib/disposable';
import { FakeClock } from '../../helpers/fake-clock';
import { type Bench, bench, HOUR, MINUTE, receiver, START } from './harness';

/** The pauses between the tries are over as soon as they begin. */
class ImpatientClock extends FakeClock {
  override setTimeout(callback: () => void, delayMs: number): Disposable {
    if (delayMs !== 1_000 && delayMs !== 5_000) return super.setTimeout(callback, delayMs);
    const pause = setImmediate(callback);
    return toDisposable(() => clearImmediate(pause));
  }
}

async function withTarget(to: string, options: Parameters<typeof bench>[0] = {}) {
  const made = await bench({ clock: new ImpatientClock(START), ...options });
  const id = await made.add({
    name: 'post',
    payload: { kind: 'systemEvent', text: 'tea is ready' },
    delivery: { mode: 'webhook', to },
  });
  return { ...made, id };
}

const finished = ({ event }: Bench) => event((each) => each.action === 'finished');

describe('a webhook', () => {
  it('is one signed POST, and what it delivered is in the history', async () => {
    const { port, received } = await receiver((response) => response.writeHead(204).end());
    const made = await withTarget(`http://127.0.0.1:${port}/in?x=1`);
    made.clock.advance(HOUR);
    const run = await finished(made);
    expect(run).toMatchObject({ status: 'ok', delivered: true, deliveryStatus: 'delivered' });
    expect(received).toHaveLength(1);
    const [{ method, url, headers, body } = received[0]!] = received;
    expect({ method, url, host: headers.host }).toEqual({
      method: 'POST',
      url: '/in?x=1',
      host: `127.0.0.1:${port}`,
    });
    expect(JSON.parse(body)).toEqual({
      action: 'finished',
      status: 'ok',
      jobId: made.id,
      jobName: 'post',
      runId: run.runId,
      runAtMs: START + HOUR,
      summary: 'tea is ready',
    });
    const secret = await made.cron.signingSecret();
    if (!secret.ok) throw new Error(secret.error);
    const timestamp = headers['x-gatehouse-timestamp'];
    expect(timestamp).toBe(String((START + HOUR) / 1_000));
    const digest = createHmac('sha256', secret.value.expose()).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-gatehouse-signature']).toBe(`sha256=${digest}`);
    expect(headers['x-gatehouse-delivery']).toBe(run.runId);
    // Known to the redactor and kept for the next run.
    expect(made.redactor.redact(`x ${secret.value.expose()} y`)).toBe('x [secret] y');
    expect(made.vault.get('cron/webhook')?.expose()).toBe(secret.value.expose());
  });

  it('is tried three times when the target answers 5xx', async () => {
    const { port, received } = await receiver((response, count) =>
      response.writeHead(count < 3 ? 503 : 200).end(),
    );
    const made = await withTarget(`http://127.0.0.1:${port}/`);
    made.clock.advance(HOUR);
    expect(await finished(made)).toMatchObject({ status: 'ok', deliveryStatus: 'delivered' });
    expect(new Set(received.map((each) => each.headers['x-gatehouse-delivery'])).size).toBe(1);
  });

  it('is an error after the third 5xx, unless best effort is enough', async () => {
    const { port, received, arrived } = await receiver((response) => response.writeHead(500).end());
    const made = await withTarget(`http://127.0.0.1:${port}/`);
    const soft = await made.add({
      schedule: { kind: 'every', everyMs: 5 * HOUR },
      delivery: { mode: 'webhook', to: `http://127.0.0.1:${port}/`, bestEffort: true },
    });
    made.clock.advance(HOUR);
    await arrived(1);
    const error = 'the target answered 500';
    expect(await finished(made)).toMatchObject({
      status: 'error',
      error: `webhook not delivered: ${error}`,
      delivered: false,
      deliveryStatus: 'not-delivered',
      deliveryError: error,
    });
    expect(received).toHaveLength(3);
    made.cron.run(soft);
    const isSoft = made.event((each) => each.action === 'finished' && each.jobId === soft);
    await arrived(4);
    expect(await isSoft).toMatchObject({
      status: 'ok',
      deliveryStatus: 'not-delivered',
      deliveryError: error,
    });
  });

  it('has ten seconds per try, and is unknown when no answer came', async () => {
    const { port, arrived } = await receiver(() => undefined);
    const made = await withTarget(`http://127.0.0.1:${port}/`);
    made.clock.advance(HOUR);
    for (let count = 1; count <= 3; count += 1) {
      await arrived(count);
      made.clock.advance(9_999);
      expect(made.events.some((event) => event.action === 'finished')).toBe(false);
      made.clock.advance(1);
    }
    expect(await finished(made)).toMatchObject({
      status: 'error',
      deliveryStatus: 'unknown',
      deliveryError: 'no answer within 10 s',
    });
  });

  it('follows no redirect and does not repeat what was refused', async () => {
    const other = await receiver((response) => response.end());
    const { port, received } = await receiver((response, count) =>
      response.writeHead(count === 1 ? 307 : 410, { location: `http://127.0.0.1:${other.port}/` }).end(),
    );
    const made = await withTarget(`http://127.0.0.1:${port}/`);
    made.clock.advance(HOUR);
    expect(await finished(made)).toMatchObject({
      deliveryStatus: 'not-delivered',
      deliveryError: 'the target answered with a redirect (307), which is not followed',
    });
    made.cron.run(made.id);
    await made.event((each) => each.deliveryError === 'the target answered 410');
    expect(received).toHaveLength(2);
    expect(other.received).toEqual([]);
  });

  it('is not sent when its name leads into the local network, only later or in part', async () => {
    const { port, received } = await receiver((response) => response.end());
    let addresses = [{ address: '10.0.0.7', family: 4 }];
    const made = await withTarget(`http://localhost:${port}/`, { resolveHost: async () => addresses });
    made.clock.advance(HOUR);
    expect(await finished(made)).toMatchObject({
      deliveryStatus: 'not-delivered',
      deliveryError: 'the host name leads to a private or reserved address',
    });
    expect(received).toEqual([]);
    // Of several addresses the connection goes to one that was checked, not to what the name says next.
    addresses = [...addresses, { address: '127.0.0.1', family: 4 }];
    made.cron.run(made.id);
    await made.event((each) => each.deliveryStatus === 'delivered');
    expect(received[0]?.headers.host).toBe(`localhost:${port}`);
  });

  it('is an error in words when nothing listens or the name is unknown', async () => {
    const gone = await receiver(() => undefined);
    await new Promise((resolve) => gone.server.close(resolve));
    const made = await withTarget(`http://localhost:${gone.port}/secret-path`, {
      resolveHost: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    made.clock.advance(HOUR);
    const run = await finished(made);
    expect(run.deliveryError).toBe('the target could not be reached (ECONNREFUSED)');
    expect(JSON.stringify(run)).not.toContain('secret-path');
    const unknown = await withTarget('https://nowhere.example/', {
      resolveHost: () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    });
    unknown.clock.advance(HOUR);
    expect((await finished(unknown)).deliveryError).toBe('the host name could not be resolved (ENOTFOUND)');
  });
});

describe('an alert', () => {
  it('is sent after so many errors in a row, and again only after the cooldown', async () => {
    const { port, received, arrived } = await receiver((response) => response.end());
    const made = await bench({
      onSystemEvent: () => {
        throw new Error('no');
      },
    });
    const id = await made.add({
      schedule: { kind: 'every', everyMs: MINUTE },
      failureAlert: { mode: 'webhook', to: `http://127.0.0.1:${port}/`, after: 2, cooldownMs: 3 * MINUTE },
    });
    await made.pass(MINUTE);
    expect(received).toEqual([]);
    await made.pass(MINUTE);
    await arrived(1);
    expect(JSON.parse(received[0]!.body)).toMatchObject({
      action: 'failure-alert',
      jobId: id,
      consecutiveErrors: 2,
      error: 'the system event could not be queued',
    });
    await made.pass(MINUTE);
    await made.pass(MINUTE);
    expect(received).toHaveLength(1);
    await made.pass(MINUTE);
    await arrived(2);
    expect(JSON.parse(received[1]!.body)).toMatchObject({ consecutiveErrors: 5 });
  });
});
