// Who may connect: what each mode means, the second question before `none`, a password from the clipboard.

import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AuthMode, defaultSettings } from '../../shared/model/settings';
import type { StatusSnapshot } from '../../shared/model/status';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { fineSnapshot, renderApp } from './render-app';

afterEach(() => {
  vi.restoreAllMocks();
});

const page = 'settings' as const;
const found = { ok: true, fingerprint: 'dddddddddddd' } as const;

function settingsWith(mode: AuthMode | undefined) {
  const settings = defaultSettings();
  return { ...settings, gateway: { ...settings.gateway, auth: mode === undefined ? {} : { mode } } };
}

function snapshotIn(mode: AuthMode, clients = 0): StatusSnapshot {
  const snapshot = fineSnapshot();
  return {
    ...snapshot,
    gateway: { ...snapshot.gateway, clients },
    credential: { ...snapshot.credential, mode } as StatusSnapshot['credential'],
  };
}

interface Start {
  readonly mode?: AuthMode;
  readonly configured?: AuthMode;
  readonly clients?: number;
  readonly prepare?: (bridge: FakeBridge) => void;
}

async function open({ mode = 'token', configured, clients, prepare }: Start = {}) {
  const rendered = await renderApp({
    page,
    snapshot: snapshotIn(mode, clients),
    prepare: (b) => {
      b.answer('settings.get', () => replied({ seq: 0, settings: settingsWith(configured) }));
      b.answer('credential.setMode', () => replied(null));
      prepare?.(b);
    },
  });
  await rendered.user.click(screen.getByTestId('auth-change'));
  return { ...rendered, dialog: within(await screen.findByTestId('dialog-auth-mode')) };
}
const sent = (bridge: FakeBridge) => bridge.paramsOf('credential.setMode');

describe('the choice', () => {
  it('says what each mode means, starts at the present one, and has nothing to confirm there', async () => {
    const { dialog } = await open({ mode: 'none' });
    const means = ['long random token', 'password of your own', 'Nothing is asked for'];
    for (const text of means) expect(dialog.getByText(new RegExp(text))).toBeDefined();
    expect((dialog.getByTestId('auth-none') as HTMLInputElement).checked).toBe(true);
    expect(dialog.queryByTestId('auth-confirm')).toBeNull();
  });

  it('of the token goes to main at once and closes the dialog', async () => {
    const { bridge, user, dialog } = await open({ mode: 'none', clients: 2 });
    await user.click(dialog.getByTestId('auth-token'));
    expect(dialog.getByTestId('auth-effect').textContent).toMatch(/2 clients are connected/);
    await user.click(dialog.getByTestId('auth-confirm'));
    await waitFor(() => expect(screen.queryByTestId('dialog-auth-mode')).toBeNull());
    expect(sent(bridge)).toEqual([{ mode: 'token' }]);
  });

  it('that main could not store says so and stays open', async () => {
    const { user, dialog } = await open({
      mode: 'none',
      prepare: (b) => b.answer('credential.setMode', () => failed({ code: 'storage_failed' })),
    });
    await user.click(dialog.getByTestId('auth-token'));
    await user.click(dialog.getByTestId('auth-confirm'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(/Nothing was changed/);
  });

  it('cannot be made while the credential is locked', async () => {
    const credential = { state: 'locked', reason: 'unreadable', detail: 'd' } as const;
    await renderApp({ page, snapshot: fineSnapshot({ credential }) });
    expect(screen.getByTestId('auth-change')).toHaveProperty('disabled', true);
  });
});

describe('none', () => {
  it('needs a second answer that no double click gives, and Back sends nothing', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    const { bridge, user, dialog } = await open();
    await user.click(dialog.getByTestId('auth-none'));
    await user.click(dialog.getByTestId('auth-confirm'));
    const question = within(await screen.findByTestId('dialog-auth-none'));
    expect(question.getByText(/from any user account/)).toBeDefined();
    expect(sent(bridge)).toEqual([]);
    await user.click(question.getByText('Back'));
    await user.click(within(await screen.findByTestId('dialog-auth-mode')).getByTestId('auth-confirm'));
    const yes = within(await screen.findByTestId('dialog-auth-none')).getByTestId('confirm');
    expect(yes).toHaveProperty('disabled', true);
    await waitFor(() => expect(yes).toHaveProperty('disabled', false));
    await user.click(yes);
    await waitFor(() => expect(screen.queryByTestId('dialog-auth-none')).toBeNull());
    expect(sent(bridge)).toEqual([{ mode: 'none' }]);
  });
});

describe('password', () => {
  it('is asked for in words before anything can be confirmed, and goes along by its fingerprint', async () => {
    const { bridge, user, dialog } = await open({
      prepare: (b) => b.answer('credential.inspectClipboard', () => replied(found)),
    });
    await user.click(dialog.getByTestId('auth-password'));
    expect(dialog.getByTestId('auth-needs-password').textContent).toMatch(/No password is set yet/);
    expect(dialog.queryByTestId('auth-confirm')).toBeNull();
    await user.click(dialog.getByTestId('auth-check'));
    expect((await dialog.findByTestId('adopt-found')).textContent).toContain('dddddddddddd');
    await user.click(dialog.getByTestId('auth-confirm'));
    await waitFor(() => expect(sent(bridge)).toEqual([{ mode: 'password', fingerprint: 'dddddddddddd' }]));
    expect(bridge.paramsOf('credential.inspectClipboard')).toEqual([{ kind: 'password' }]);
  });

  it('that is not good enough is named by the rules of passwords', async () => {
    const { user, dialog } = await open({
      prepare: (b) =>
        b.answer('credential.inspectClipboard', () => replied({ ok: false, problem: 'too-short' })),
    });
    await user.click(dialog.getByTestId('auth-password'));
    await user.click(dialog.getByTestId('auth-check'));
    expect((await dialog.findByTestId('adopt-problem')).textContent).toContain('shorter than 12 characters');
    expect(dialog.queryByTestId('auth-confirm')).toBeNull();
  });

  it('of before is used again after a time without, and asked for only when there is none', async () => {
    const { bridge, user, dialog } = await open({
      mode: 'none',
      prepare: (b) => b.answer('credential.setMode', () => failed({ code: 'password_missing' })),
    });
    await user.click(dialog.getByTestId('auth-password'));
    await user.click(dialog.getByTestId('auth-confirm'));
    expect((await dialog.findByTestId('auth-needs-password')).textContent).toMatch(/No password is set yet/);
    expect(dialog.queryByRole('alert')).toBeNull();
    expect(sent(bridge)).toEqual([{ mode: 'password' }]);
  });

  it('that the settings ask for and nobody has set is said on the row, and can be set there', async () => {
    const { user, dialog } = await open({
      configured: 'password',
      prepare: (b) => b.answer('credential.inspectClipboard', () => replied(found)),
    });
    expect(screen.getByTestId('row-auth-mode').textContent).toMatch(/No password is set yet, so the gateway/);
    await user.click(dialog.getByTestId('auth-check'));
    expect(await dialog.findByTestId('auth-confirm')).toBeDefined();
  });

  it('is called a password on the Credentials page', async () => {
    const { bridge, user } = await renderApp({
      page: 'credentials',
      snapshot: snapshotIn('password'),
      prepare: (b) =>
        b
          .answer('settings.get', () => replied({ seq: 0, settings: settingsWith('password') }))
          .answer('credential.inspectClipboard', () => replied({ ok: false, problem: 'unchanged' })),
    });
    expect(screen.getByTestId('token-copy').textContent).toBe('Copy password');
    await user.click(screen.getByTestId('token-adopt'));
    await user.click(await screen.findByTestId('adopt-check'));
    expect((await screen.findByTestId('adopt-problem')).textContent).toContain(
      'the password that is already',
    );
    expect(bridge.paramsOf('credential.inspectClipboard')).toEqual([undefined]);
  });
});

it('a mode that was changed elsewhere is shown without being asked for', async () => {
  const { bridge } = await renderApp({ page, snapshot: snapshotIn('token') });
  act(() => bridge.emit('settings.changed', { seq: 1, settings: settingsWith('none') }));
  expect(screen.getByTestId('row-auth-mode').textContent).toContain('Any program on this computer');
});
