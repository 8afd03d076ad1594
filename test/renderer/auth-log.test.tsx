// The Auth log page: rows, filters, keys, the detail with its explanation, hostile texts, and the empty states.

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuthEvent } from '../../shared/model/auth-event';
import { failed, replied } from '../helpers/fake-bridge';
import { attempt, fineSnapshot, NOW, renderApp } from './render-app';

const client = {
  id: 'gateway-client',
  mode: 'backend',
  version: '2026.4.29',
  displayName: 'gateway:channels.status',
};
// happy-dom lays nothing out; the virtualised list needs a height to decide what is in view.
beforeAll(() => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(500);
});
afterAll(() => vi.restoreAllMocks());

const rows = () => screen.queryAllByTestId('log-row');

async function renderLog(events: readonly AuthEvent[], change: Parameters<typeof renderApp>[0] = {}) {
  const rendered = await renderApp({ page: 'auth-log', events, ...change });
  if (events.length > 0) await waitFor(() => expect(rows().length).toBeGreaterThan(0));
  return rendered;
}

describe('the list', () => {
  it('shows each kind of event in words', async () => {
    await renderLog([
      attempt({ seq: 9, client }),
      attempt({ seq: 8, outcome: 'accepted', presentedAs: 'current' }),
      {
        ...attempt({ seq: 7, client }),
        event: 'auth.merged',
        firstSeq: 1,
        count: 1_234,
        firstAt: NOW - 9_000,
        lastAt: NOW - 8_000,
        outcome: 'refused',
        reason: 'token_mismatch',
        internal: false,
      } as AuthEvent,
      {
        event: 'token.rotated',
        seq: 6,
        at: NOW,
        monoMs: 1,
        generation: 4,
        fingerprint: 'abcabcabcabc',
        by: 'panel',
      },
      { event: 'log.gap', seq: 5, at: NOW, monoMs: 1, dropped: 12, cause: 'ENOSPC' },
    ]);
    const texts = rows().map((row) => row.textContent);
    expect(texts[0]).toMatch(/^gateway:channels\.status.*Wrong token/);
    expect(texts[1]).toMatch(/Accepted/);
    expect(texts[2]).toContain('× 1,234');
    expect(texts[3]).toContain('Token rotated to generation 4');
    expect(texts[4]).toContain('12 events could not be written to disk');
  });

  it('shows what became of a device, with its rights in plain words and no text of it believed', async () => {
    const { user } = await renderLog([
      {
        event: 'pair.approved',
        seq: 9,
        at: NOW,
        monoMs: 1,
        deviceId: 'ab'.repeat(32),
        displayName: 'Pho\u202ene <b>',
        clientId: 'openclaw-ios',
        roles: ['operator'],
        scopes: ['operator.read', 'operator.admin'],
        remoteIp: '10.0.0.9',
        requestId: 'request-1',
        pairingReason: 'not-paired',
        via: 'owner',
        by: 'panel',
      },
    ]);
    const [row] = rows();
    expect(row?.textContent).toMatch(/^Phone <b> was approved.*By this panel/);
    await user.click(row as HTMLElement);
    const detail = await screen.findByTestId('event-detail');
    expect(within(detail).getByTestId('detail-rights').textContent).toMatch(/do everything.*see status/);
    expect(detail.textContent).toContain('New device: it has never been let in here.');
    expect(detail.textContent).toContain('10.0.0.9');
  });

  it('keeps only what is in view in the page', async () => {
    await renderLog(Array.from({ length: 3_000 }, (_, at) => attempt({ seq: 3_000 - at })));
    expect(rows().length).toBeLessThan(60);
    expect(rows()[0]?.getAttribute('aria-setsize')).toBe('3000');
  });

  it('moves by J, K and arrows, and closes by Escape', async () => {
    const { user } = await renderLog([attempt({ seq: 3 }), attempt({ seq: 2 }), attempt({ seq: 1 })]);
    const list = screen.getByTestId('log-list');
    list.focus();
    const selected = () => list.querySelector('[aria-selected="true"]')?.id;
    await user.keyboard('j');
    expect(selected()).toBe('event-3');
    await user.keyboard('{ArrowDown}j');
    expect(selected()).toBe('event-1');
    await user.keyboard('jk');
    expect(selected()).toBe('event-2');
    expect(list.getAttribute('aria-activedescendant')).toBe('event-2');
    await user.keyboard('{Escape}');
    expect(selected()).toBeUndefined();
    expect(screen.queryByTestId('event-detail')).toBeNull();
  });

  it('stops following while scrolled away and offers what is new', async () => {
    const { bridge, user } = await renderLog([attempt({ seq: 1 })]);
    const list = screen.getByTestId('log-list');
    list.scrollTop = 500;
    fireEvent.scroll(list);
    act(() => bridge.emit('authLog.appended', [attempt({ seq: 2 }), attempt({ seq: 3 })]));
    expect((await screen.findByTestId('log-new')).textContent).toBe('2 new');
    expect(screen.getByTestId('log-live').textContent).toBe('Paused while you read');
    expect(rows().map((row) => row.id)).toEqual(['event-1']);
    await user.click(screen.getByTestId('log-new'));
    await waitFor(() => expect(rows().map((row) => row.id)).toEqual(['event-3', 'event-2', 'event-1']));
    expect(screen.getByTestId('log-live').textContent).toBe('Live');
  });
});

describe('the filters', () => {
  it('ask main with the chosen outcome, reason and text', async () => {
    const { bridge, user } = await renderLog([attempt({ seq: 1 })]);
    await user.click(screen.getByTestId('filter-refused'));
    await user.click(screen.getByTestId('filter-reason'));
    await user.click(await screen.findByRole('option', { name: 'No token' }));
    await user.type(screen.getByTestId('log-search'), 'curl');
    await waitFor(() =>
      expect(bridge.paramsOf('authLog.query').at(-1)).toEqual({
        limit: 200,
        outcome: 'refused',
        reason: 'token_missing',
        text: 'curl',
      }),
    );
  });

  it('hide the self-check until asked, without asking main', async () => {
    const own = attempt({ seq: 2, outcome: 'accepted', internal: true, presentedAs: 'current' });
    const { user } = await renderLog([own, attempt({ seq: 1 })]);
    expect(rows().map((row) => row.id)).toEqual(['event-1']);
    await user.click(screen.getByTestId('filter-own'));
    await waitFor(() => expect(rows().map((row) => row.id)).toEqual(['event-2', 'event-1']));
    expect(rows()[0]?.textContent).toContain('Self-check');
  });

  it('survive leaving the page', async () => {
    const { bridge, user, view } = await renderLog([attempt({ seq: 1 })]);
    await user.click(screen.getByTestId('filter-refused'));
    await user.click(view.container.querySelector('[data-page="overview"]') as Element);
    act(() => bridge.emit('navigate', 'auth-log'));
    expect((await screen.findByTestId('filter-refused')).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('the detail', () => {
  it('says result, cause, next step, what was presented and what it was compared with', async () => {
    const event = attempt({
      seq: 1,
      client,
      presentedAs: 'previous-generation',
      matchedGeneration: 3,
      matchedRetiredAt: NOW - 3 * 86_400_000,
      comparedGeneration: 4,
    });
    const { user } = await renderLog([event]);
    await user.click(rows()[0] as Element);
    const detail = within(await screen.findByTestId('event-detail'));
    expect(detail.getByTestId('detail-outcome').textContent).toBe('Refused');
    expect(detail.getByTestId('detail-cause').textContent).toContain('before a rotation');
    expect(detail.getByTestId('detail-fix').textContent).toContain('Credentials page');
    expect(detail.getByTestId('detail-presented').textContent).toMatch(
      /An old token.*aaaaaaaaaaaa.*generation 3/,
    );
    expect(detail.getByTestId('detail-compared').textContent).toMatch(/Generation 4.*0123456789ab/);
    expect(detail.getByTestId('detail-cli-hint').textContent).toContain('OPENCLAW_GATEWAY_TOKEN');
  });

  it('says when nothing was compared', async () => {
    const { comparedFingerprint: _, comparedGeneration: __, presentedFingerprint: ___, ...rest } = attempt();
    const { user } = await renderLog([
      {
        ...rest,
        reason: 'origin_not_allowed',
        credential: 'none',
        presentedAs: 'none',
        origin: 'https://a.example',
      },
    ]);
    await user.click(rows()[0] as Element);
    expect((await screen.findByTestId('detail-compared')).textContent).toMatch(/^Nothing/);
    expect(screen.getByTestId('detail-presented').textContent).toBe('no credential');
    expect(screen.getByTestId('event-detail').textContent).toContain('https://a.example');
  });

  it('shows texts from outside as inert text', async () => {
    const hostile =
      '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202e\u0000gnp.exe';
    const bad = { id: hostile, mode: hostile, version: hostile, displayName: hostile, platform: hostile };
    const { user, view } = await renderLog([
      attempt({
        client: bad,
        origin: hostile,
        host: hostile,
        role: hostile,
        answer: hostile,
        scopesAsked: [hostile],
      }),
    ]);
    await user.click(rows()[0] as Element);
    await screen.findByTestId('event-detail');
    expect(view.container.querySelector('img, script, [onerror]')).toBeNull();
    expect((window as { hacked?: number }).hacked).toBeUndefined();
    expect(view.container.textContent).toContain('<img src=x');
    expect(view.container.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });
});

describe('an empty list', () => {
  const empty = (kind: string) => screen.findByTestId(`log-empty-${kind}`);

  it('is good news when only refusals were asked for', async () => {
    const { user } = await renderLog([]);
    expect((await empty('nothing')).textContent).toContain('No attempts yet');
    await user.click(screen.getByTestId('filter-refused'));
    expect((await empty('good')).textContent).toMatch(/No refusals.*Last self-check 12\s?s/);
  });

  it('offers to clear the filters', async () => {
    const { user } = await renderLog([]);
    await user.click(screen.getByTestId('filter-accepted'));
    await user.click(within(await empty('no-match')).getByText('Clear filters'));
    expect(await empty('nothing')).toBeDefined();
  });

  it('offers to start a gateway that does not run', async () => {
    const stopped = { ...fineSnapshot().gateway, state: 'stopped' as const };
    const { bridge, user } = await renderLog([], {
      snapshot: fineSnapshot({ gateway: stopped }),
      prepare: (b) => b.answer('gateway.start', () => replied(stopped)),
    });
    await user.click(within(await empty('not-running')).getByText('Start'));
    expect(bridge.paramsOf('gateway.start')).toHaveLength(1);
  });

  it('says why it could not be loaded and tries again', async () => {
    const { bridge, user } = await renderLog([], {
      prepare: (b) => b.answer('authLog.query', () => failed({ code: 'internal' })),
    });
    const state = await empty('failed');
    expect(state.textContent).toContain('Something went wrong inside the app');
    bridge.answer('authLog.query', () => replied({ events: [attempt()], total: 1 }));
    await user.click(within(state).getByText('Try again'));
    await waitFor(() => expect(rows()).toHaveLength(1));
  });
});
