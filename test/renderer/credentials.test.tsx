// Credentials: what is said about the token, and the flows that change it. The token never comes into the page.

import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { CredentialStatus } from '../../shared/model/token';
import { failed, replied } from '../helpers/fake-bridge';
import { fineSnapshot, NOW, renderApp } from './render-app';

type Ready = Extract<CredentialStatus, { readonly state: 'ready' }>;
const ready = fineSnapshot().credential as Ready;
const page = 'credentials' as const;
const withClients = (clients: number, credential: CredentialStatus = ready) =>
  fineSnapshot({ credential, gateway: { ...fineSnapshot().gateway, clients } });

describe('the token card', () => {
  it('says fingerprint, generation and plainly that it is not encrypted', async () => {
    await renderApp({ page });
    expect(screen.getByTestId('token-fingerprint').textContent).toBe('0123456789ab');
    expect(screen.getByTestId('token-generation').textContent).toBe('1');
    expect(screen.getByTestId('token-storage').textContent).toMatch(/^Not encrypted/);
    expect(screen.getByTestId('past-generations').textContent).toContain('None yet');
  });

  it('copies through main and counts down to the clearing', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) => b.answer('credential.copy', () => replied({ clearsAt: NOW + 60_000 })),
    });
    await user.click(screen.getByTestId('token-copy'));
    expect((await screen.findByTestId('clipboard-note')).textContent).toMatch(/cleared from there in 1\s?m/);
    expect(bridge.paramsOf('credential.copy')).toEqual([undefined]);
  });

  it('lists past generations, newest first', async () => {
    const past = [
      { generation: 1, fingerprint: 'aaaaaaaaaaaa', retiredAt: NOW - 9 * 86_400_000, reason: 'leaked' },
      { generation: 2, fingerprint: 'bbbbbbbbbbbb', retiredAt: NOW - 86_400_000, reason: 'routine' },
    ] as const;
    await renderApp({ page, snapshot: withClients(0, { ...ready, generation: 3, past }) });
    const [, ...rows] = within(screen.getByTestId('past-generations')).getAllByRole('row');
    expect(rows.map((row) => row.querySelector('code')?.textContent)).toEqual([
      'bbbbbbbbbbbb',
      'aaaaaaaaaaaa',
    ]);
    expect(rows[1]?.textContent).toContain('It leaked');
  });

  it('has no buttons while the credential is locked', async () => {
    const credential = { state: 'locked', reason: 'unreadable', detail: 'd' } as const;
    await renderApp({ page, snapshot: withClients(0, credential) });
    expect(screen.getByTestId('credential-locked')).toBeDefined();
    expect(screen.queryByTestId('token-copy')).toBeNull();
  });
});

describe('rotating', () => {
  async function open(clients: number, credential: CredentialStatus = ready) {
    const rendered = await renderApp({
      page,
      snapshot: withClients(clients, credential),
      prepare: (b) =>
        b
          .answer('credential.rotate', () => replied({ generation: 2, fingerprint: 'cccccccccccc' }))
          .answer('credential.sessionsOnGrace', () => replied([]))
          .answer('credential.copy', () => replied({ clearsAt: NOW + 60_000 })),
    });
    await rendered.user.click(screen.getByTestId('token-rotate'));
    return { ...rendered, dialog: within(await screen.findByTestId('dialog-rotate')) };
  }

  it('keeps the old token for ten minutes unless told otherwise', async () => {
    const { bridge, user, dialog } = await open(3);
    expect(dialog.getByTestId('rotate-effect').textContent).toMatch(/^3 clients are connected. They stay/);
    await user.click(dialog.getByTestId('rotate-confirm'));
    expect((await dialog.findByTestId('rotate-result')).textContent).toMatch(/Generation 2.*cccccccccccc/);
    expect(bridge.paramsOf('credential.rotate')).toEqual([{ reason: 'routine', graceMs: 600_000 }]);
    await user.click(dialog.getByTestId('rotate-copy'));
    expect(await dialog.findByTestId('clipboard-note')).toBeDefined();
  });

  it('without a grace period names who is cut off', async () => {
    const { bridge, user, dialog } = await open(1);
    await user.click(dialog.getByTestId('rotate-grace'));
    await user.click(await screen.findByRole('option', { name: 'Not at all' }));
    expect(dialog.getByTestId('rotate-effect').textContent).toBe(
      '1 client is connected and will be disconnected now.',
    );
    await user.click(dialog.getByTestId('rotate-confirm'));
    await waitFor(() =>
      expect(bridge.paramsOf('credential.rotate')).toEqual([{ reason: 'routine', graceMs: 0 }]),
    );
  });

  it('as leaked cuts everyone off, whatever grace was chosen before', async () => {
    const { bridge, user, dialog } = await open(2);
    await user.click(dialog.getByTestId('rotate-leaked'));
    expect(dialog.queryByTestId('rotate-grace')).toBeNull();
    expect(dialog.getByTestId('rotate-effect').textContent).toContain(
      '2 clients are connected and will be disconnected',
    );
    expect(dialog.getByTestId('rotate-confirm').textContent).toBe('Rotate and cut everyone off');
    await user.click(dialog.getByTestId('rotate-confirm'));
    await waitFor(() =>
      expect(bridge.paramsOf('credential.rotate')).toEqual([{ reason: 'leaked', graceMs: 0 }]),
    );
  });

  it('says that a running grace period ends', async () => {
    const grace = { generation: 1, fingerprint: 'aaaaaaaaaaaa', until: NOW + 60_000 };
    const { dialog } = await open(0, { ...ready, generation: 2, grace });
    expect(dialog.getByTestId('rotate-effect').textContent).toContain('generation 1 ends now');
  });

  it('that fails says why and stays open', async () => {
    const { bridge, user, dialog } = await open(0);
    bridge.answer('credential.rotate', () => failed({ code: 'storage_readonly' }));
    await user.click(dialog.getByTestId('rotate-confirm'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(/cannot be written/);
    expect(dialog.queryByTestId('rotate-result')).toBeNull();
  });
});

describe('adopting', () => {
  async function open(prepare: NonNullable<Parameters<typeof renderApp>[0]>['prepare']) {
    const rendered = await renderApp({ page, snapshot: withClients(2), ...(prepare && { prepare }) });
    await rendered.user.click(screen.getByTestId('token-adopt'));
    return { ...rendered, dialog: within(await screen.findByTestId('dialog-adopt')) };
  }

  it('shows the fingerprint first and adopts exactly that', async () => {
    const { bridge, user, dialog } = await open((b) =>
      b
        .answer('credential.inspectClipboard', () => replied({ ok: true, fingerprint: 'dddddddddddd' }))
        .answer('credential.adoptClipboard', () => replied({ generation: 2, fingerprint: 'dddddddddddd' })),
    );
    expect(dialog.queryByTestId('adopt-confirm')).toBeNull();
    await user.click(dialog.getByTestId('adopt-check'));
    expect((await dialog.findByTestId('adopt-found')).textContent).toContain('dddddddddddd');
    await user.click(dialog.getByTestId('adopt-confirm'));
    expect((await dialog.findByTestId('adopt-result')).textContent).toContain('Adopted as generation 2');
    expect(bridge.paramsOf('credential.adoptClipboard')).toEqual([{ fingerprint: 'dddddddddddd' }]);
  });

  it('says what is wrong with the clipboard and offers no adoption', async () => {
    const { user, dialog } = await open((b) =>
      b.answer('credential.inspectClipboard', () => replied({ ok: false, problem: 'redaction' })),
    );
    await user.click(dialog.getByTestId('adopt-check'));
    expect((await dialog.findByTestId('adopt-problem')).textContent).toContain('masked value');
    expect(dialog.queryByTestId('adopt-confirm')).toBeNull();
  });

  it('says when the clipboard changed after the check', async () => {
    const { user, dialog } = await open((b) =>
      b
        .answer('credential.inspectClipboard', () => replied({ ok: true, fingerprint: 'dddddddddddd' }))
        .answer('credential.adoptClipboard', () => failed({ code: 'clipboard_changed' })),
    );
    await user.click(dialog.getByTestId('adopt-check'));
    await user.click(await dialog.findByTestId('adopt-confirm'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(/clipboard has changed/);
  });
});

describe('a grace period', () => {
  const grace = { generation: 1, fingerprint: 'aaaaaaaaaaaa', until: NOW + 480_000 };
  const snapshot = withClients(1, { ...ready, generation: 2, grace });
  const session = {
    connId: 'c1',
    client: 'Build server\u202e',
    peer: '127.0.0.1:5',
    connectedAt: NOW - 60_000,
  };

  it('lists who is still on the old token and retires it after a question', async () => {
    const { bridge, user } = await renderApp({
      page,
      snapshot,
      prepare: (b) =>
        b
          .answer('credential.sessionsOnGrace', () => replied([session]))
          .answer('credential.retireGrace', () => replied({ closed: 1 })),
    });
    const card = within(screen.getByTestId('card-grace'));
    expect((await card.findByTestId('grace-count')).textContent).toBe('1 session is still on the old token');
    expect(card.getByText('Build server')).toBeDefined();
    await user.click(card.getByTestId('grace-retire'));
    const dialog = within(await screen.findByTestId('dialog-retire'));
    expect(bridge.paramsOf('credential.retireGrace')).toHaveLength(0);
    await user.click(dialog.getByTestId('confirm'));
    await waitFor(() => expect(bridge.paramsOf('credential.retireGrace')).toHaveLength(1));
  });

  it('says when nobody uses it any more', async () => {
    await renderApp({
      page,
      snapshot,
      prepare: (b) => b.answer('credential.sessionsOnGrace', () => replied([])),
    });
    expect((await screen.findByTestId('grace-count')).textContent).toMatch(/^Nobody uses/);
  });
});
