// Overview: the verdict, the gateway's acts with their warnings, the four facts, channels and last refusals.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus, probeReport } from '../helpers/status-snapshot';
import { attempt, fineSnapshot, NOW, renderApp } from './render-app';

const verdict = () => screen.getByTestId('verdict');
const fact = (name: string) => screen.getByTestId(`probe-${name}`);

describe('when everything works', () => {
  it('says so with the age of the proof', async () => {
    await renderApp();
    expect(verdict().textContent).toContain('Everything works');
    expect(verdict().textContent).toMatch(/Proven 12\s?s/);
    for (const name of ['portOpen', 'protocol', 'credential', 'scope']) {
      expect(fact(name).textContent).toContain('OK');
      expect(fact(name).querySelector('[data-shape="tick"]')).not.toBeNull();
    }
    expect(screen.getByTestId('internal-refusals').textContent).toBe('0 internal refusals since start');
    expect(screen.getByTestId('gateway-address').textContent).toContain('ws://127.0.0.1:18789');
    expect(screen.getByTestId('gateway-uptime').textContent).toBe('1m 1s');
    expect(screen.getByTestId('event-loop-delay').textContent).toBe('1ms, responsive');
  });

  it('tells good news from nothing set up', async () => {
    await renderApp();
    expect((await screen.findByTestId('refusals-empty')).textContent).toContain('No refusals');
    expect(screen.getByTestId('refusals-empty').querySelector('[data-tone="ok"]')).not.toBeNull();
    expect(screen.getByTestId('channels-empty').textContent).toContain('No channel is set up');
  });
});

describe('when the self-check failed', () => {
  it('keeps the facts apart and shows the error', async () => {
    const last = probeReport({
      credential: 'failed',
      scope: 'not-run',
      error: 'unauthorized: \u202egateway',
    });
    await renderApp({
      snapshot: fineSnapshot({ probe: { ...fineSnapshot().probe, last, internalRefusals: 1 } }),
    });
    expect(verdict().getAttribute('data-verdict')).toBe('probe-failed');
    expect(fact('protocol').getAttribute('data-fact')).toBe('ok');
    expect(fact('credential').textContent).toContain('Failed');
    expect(fact('scope').textContent).toContain('Not run');
    expect(screen.getByTestId('probe-error').textContent).toContain('unauthorized: gateway');
    expect(screen.getByTestId('internal-refusals').textContent).toBe('1 internal refusal since start');
  });

  it('says that nothing was checked before the first check', async () => {
    const { last: _, lastOkAt: __, ...probe } = fineSnapshot().probe;
    await renderApp({ snapshot: fineSnapshot({ probe }) });
    expect(screen.getByTestId('probe-age').textContent).toBe('Not checked yet');
    expect(fact('portOpen').getAttribute('data-fact')).toBe('not-run');
  });
});

describe('the buttons', () => {
  const stopped = { ...fineSnapshot().gateway, state: 'stopped' as const };

  it('check now asks main and says in words when that fails', async () => {
    const { bridge, user } = await renderApp({
      prepare: (b) => b.answer('probe.run', () => failed({ code: 'not_listening' })),
    });
    await user.click(screen.getByTestId('probe-run'));
    expect((await screen.findByRole('alert')).textContent).toBe('The gateway is not running.');
    expect(bridge.paramsOf('probe.run')).toHaveLength(1);
  });

  it('stop says how many clients go, and does nothing when cancelled', async () => {
    const { bridge, user } = await renderApp({
      snapshot: fineSnapshot({ gateway: { ...fineSnapshot().gateway, clients: 3 } }),
      prepare: (b) => b.answer('gateway.stop', () => replied(stopped)),
    });
    await user.click(screen.getByTestId('gateway-stop'));
    const dialog = await screen.findByTestId('dialog-stop');
    expect(dialog.textContent).toContain('3 connected clients will be disconnected');
    await user.click(within(dialog).getByText('Cancel'));
    await waitFor(() => expect(screen.queryByTestId('dialog-stop')).toBeNull());
    expect(bridge.paramsOf('gateway.stop')).toHaveLength(0);
    await user.click(screen.getByTestId('gateway-stop'));
    await user.click(within(await screen.findByTestId('dialog-stop')).getByTestId('confirm'));
    await waitFor(() => expect(bridge.paramsOf('gateway.stop')).toHaveLength(1));
  });

  it('offer what fits the state', async () => {
    const { bridge, user } = await renderApp({
      snapshot: fineSnapshot({ gateway: stopped }),
      prepare: (b) => b.answer('gateway.start', () => replied(fineSnapshot().gateway)),
    });
    expect(screen.queryByTestId('gateway-stop')).toBeNull();
    await user.click(screen.getByTestId('gateway-start'));
    expect(bridge.paramsOf('gateway.start')).toHaveLength(1);
    act(() => bridge.emit('status.changed', fineSnapshot({ seq: 2 })));
    expect(screen.queryByTestId('gateway-start')).toBeNull();
    expect(screen.getByTestId('gateway-restart')).toBeDefined();
  });
});

describe('what needs a person', () => {
  it('shows the channels that need it first', async () => {
    const channels = [
      channelStatus({ accountId: 'a', name: 'Fine' }),
      channelStatus({ accountId: 'b', name: 'Resting', enabled: false, word: 'off' }),
      channelStatus({ accountId: 'c', name: 'Broken', word: 'disconnected' }),
    ];
    await renderApp({ snapshot: fineSnapshot({ channels }) });
    const card = screen.getByTestId('card-channels');
    expect(
      within(card)
        .getAllByRole('listitem')
        .map((row) => row.textContent?.match(/^[A-Z][a-z]+/)?.[0]),
    ).toEqual(['Broken', 'Fine', 'Resting']);
    expect(verdict().textContent).toContain('1 channel has trouble');
  });

  it('rolls repeats up, follows live refusals, and opens the log at the entry', async () => {
    const client = { id: 'cli', mode: 'cli', version: '1', displayName: 'Build server' };
    const events = [attempt({ seq: 3, client }), attempt({ seq: 2, client }), attempt({ seq: 1 })];
    const { bridge, user } = await renderApp({ events });
    const card = screen.getByTestId('card-refusals');
    expect(await within(card).findByText('Build server')).toBeDefined();
    expect(within(card).getByText('× 2')).toBeDefined();
    act(() => bridge.emit('authLog.appended', [attempt({ seq: 4, at: NOW, client })]));
    expect(await within(card).findByText('× 3')).toBeDefined();
    bridge.answer('authLog.query', () =>
      replied({ events: [attempt({ seq: 4, at: NOW, client })], total: 1 }),
    );
    await user.click(within(card).getByText('Build server'));
    expect((await screen.findByTestId('detail-client')).textContent).toBe('Build server');
    expect(screen.getByTestId('filter-refused').getAttribute('aria-pressed')).toBe('true');
  });
});
