// Devices: who asks to be let in and for what, the guard on Approve, the paired ones and how to end them.

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ARM_AFTER_MS } from '../../renderer/features/credentials/use-armed';
import { english } from '../../renderer/i18n/messages.en';
import { simplifiedChinese } from '../../renderer/i18n/messages.zh-CN';
import type { DevicesView } from '../../shared/ipc/contract';
import { OPERATOR_SCOPES } from '../../shared/protocol/scopes';
import { DEVICE_ID, pairedDevice, pendingPairing, SHOWN_HASH } from '../helpers/device-views';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { SNAPSHOT_AT } from '../helpers/status-snapshot';
import { fineSnapshot, NOW, renderApp } from './render-app';

const page = 'credentials' as const;
const other = pendingPairing({
  requestId: 'request-2',
  deviceId: 'e2'.repeat(32),
  displayName: 'Other',
  shownHash: 'b2'.repeat(32),
});
const waiting = (...pending: DevicesView['pending']): DevicesView => ({ pending, paired: [] });

beforeEach(() => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a pending request', () => {
  it('says who asks, from where, why, and what for in plain words', async () => {
    await renderApp({ page, devices: waiting(pendingPairing({ deviceFamily: 'iphone' })) });
    const request = within(screen.getByTestId('pending-request'));
    expect(request.getByRole('heading', { level: 3 }).textContent).toBe('Phone');
    const text = screen.getByTestId('pending-request').textContent ?? '';
    expect(text).toContain('New device');
    expect(text).toContain('openclaw-ios · ui');
    expect(text).toContain('ios · iphone');
    expect(text).toContain('127.0.0.1');
    expect(text).toContain('Operator: uses and controls the gateway');
    expect(text).toContain(DEVICE_ID.slice(0, 16));
    expect(text).not.toContain(DEVICE_ID);
    expect(text).toMatch(/11s ago, ends in 4m/);
    expect(text).not.toContain('operator.');
  });

  it('marks what is powerful by word and shape, and puts it first', async () => {
    await renderApp({ page, devices: waiting(pendingPairing({ scopes: OPERATOR_SCOPES })) });
    const items = within(screen.getByTestId('pending-request')).getAllByRole('listitem');
    expect(items.map((item) => item.dataset.scope).sort()).toEqual([...OPERATOR_SCOPES].sort());
    const powerful = items.filter((item) => item.textContent?.includes('Powerful'));
    expect(powerful).toEqual(items.slice(0, 2));
    expect(powerful.map((item) => item.dataset.scope).sort()).toEqual(['operator.admin', 'operator.pairing']);
    for (const item of powerful) expect(item.querySelector('[data-shape="key"]')).not.toBeNull();
  });

  it.each([
    ['en', english],
    ['zh-CN', simplifiedChinese],
  ] as const)('has a sentence for every scope in %s', async (locale, language) => {
    await renderApp({ page, locale, devices: waiting(pendingPairing({ scopes: OPERATOR_SCOPES })) });
    const text = screen.getByTestId('pending-request').textContent ?? '';
    for (const scope of OPERATOR_SCOPES) expect(text).toContain(language.scopes[scope]);
  });

  it('names the web page behind it, and marks what a known device did not have before', async () => {
    const request = pendingPairing({
      reason: 'scope-upgrade',
      browserOrigin: 'https://panel.example',
      scopes: ['operator.read', 'operator.write'],
    });
    await renderApp({ page, devices: { pending: [request], paired: [pairedDevice()] } });
    expect(screen.getByTestId('pending-from').textContent).toBe(
      '127.0.0.1, through the web page https://panel.example',
    );
    expect(screen.getByTestId('pending-request').textContent).toContain('more than it may do now');
    const items = within(screen.getByTestId('pending-request')).getAllByRole('listitem');
    expect(items.map((item) => item.textContent?.endsWith('New'))).toEqual([false, true]);
  });

  it.each(['not-paired', 'role-upgrade', 'scope-upgrade', 'metadata-upgrade'] as const)(
    'says why it needs a person when the reason is %s',
    async (reason) => {
      await renderApp({ page, devices: waiting(pendingPairing({ reason })) });
      expect(screen.getByTestId('pending-request').textContent).toContain(
        english.messages[`pairing.reason.${reason}`],
      );
    },
  );

  it('shows beside a changed platform what it was before', async () => {
    const request = pendingPairing({ reason: 'metadata-upgrade', platform: 'darwin' });
    await renderApp({ page, devices: { pending: [request], paired: [pairedDevice()] } });
    expect(screen.getByTestId('pending-platform').textContent).toBe('darwin, before: ios');
  });

  it('is rejected by its id', async () => {
    const { bridge, user } = await renderApp({
      page,
      devices: waiting(pendingPairing()),
      prepare: (b) => b.answer('devices.reject', () => replied(null)),
    });
    await user.click(screen.getByTestId('pending-reject'));
    expect(bridge.paramsOf('devices.reject')).toEqual([{ requestId: 'request-1' }]);
  });

  it('shows hostile texts as inert text', async () => {
    const evil = '<img src=x onerror=alert(1)>\u202e\u0007';
    const { view } = await renderApp({
      page,
      devices: {
        pending: [
          pendingPairing({ displayName: evil, platform: evil, remoteIp: evil, browserOrigin: evil }),
          { ...other, clientId: evil, displayName: '\u200b' },
        ],
        paired: [pairedDevice({ deviceId: 'f3'.repeat(32), displayName: evil, clientMode: evil })],
      },
    });
    expect(view.container.querySelector('img')).toBeNull();
    expect(view.container.textContent).toContain('<img src=x');
    expect(view.container.textContent).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('Approve', () => {
  const button = () => screen.getAllByTestId('pending-approve')[0] as HTMLButtonElement;
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

  /** On the Overview first: the guard's clock starts when the request comes into view. */
  async function open(devices: DevicesView = waiting(pendingPairing())) {
    const rendered = await renderApp({ devices });
    vi.useFakeTimers();
    rendered.bridge.answer('devices.approve', () => replied(null));
    act(() => rendered.bridge.emit('navigate', page));
    return rendered;
  }
  const approvals = (bridge: FakeBridge) => bridge.paramsOf('devices.approve');

  it('does nothing before the request has been on screen for a second, then approves what was shown', async () => {
    const { bridge } = await open();
    expect(button().disabled).toBe(true);
    pass(ARM_AFTER_MS - 1);
    fireEvent.click(button());
    expect(approvals(bridge)).toEqual([]);
    pass(1);
    expect(button().disabled).toBe(false);
    fireEvent.click(button());
    expect(approvals(bridge)).toEqual([{ requestId: 'request-1', shownHash: SHOWN_HASH }]);
  });

  it('starts the second again when the request changed under the pointer', async () => {
    const { bridge } = await open();
    pass(ARM_AFTER_MS);
    const changed = pendingPairing({ shownHash: 'c3'.repeat(32), scopes: ['operator.pairing'] });
    act(() => bridge.emit('devices.changed', waiting(changed)));
    expect(button().disabled).toBe(true);
    fireEvent.click(button());
    expect(approvals(bridge)).toEqual([]);
    pass(ARM_AFTER_MS);
    fireEvent.click(button());
    expect(approvals(bridge)).toEqual([{ requestId: 'request-1', shownHash: 'c3'.repeat(32) }]);
  });

  it('starts again when another request comes or goes, because that moves the buttons', async () => {
    const { bridge } = await open();
    pass(ARM_AFTER_MS);
    act(() => bridge.emit('devices.changed', waiting(other, pendingPairing())));
    for (const each of screen.getAllByTestId('pending-approve'))
      expect(each).toHaveProperty('disabled', true);
    pass(ARM_AFTER_MS);
    act(() => bridge.emit('devices.changed', waiting(other)));
    expect(button().disabled).toBe(true);
  });

  it('stays armed when the same request is only repeated', async () => {
    const { bridge } = await open();
    pass(ARM_AFTER_MS);
    act(() => bridge.emit('devices.changed', waiting(pendingPairing({ refreshedAtMs: NOW }))));
    expect(button().disabled).toBe(false);
  });

  it('counts only the time in which the window has the focus', async () => {
    await open();
    pass(ARM_AFTER_MS);
    act(() => void fireEvent.blur(window));
    expect(button().disabled).toBe(true);
    pass(10 * ARM_AFTER_MS);
    expect(button().disabled).toBe(true);
    act(() => void fireEvent.focus(window));
    pass(ARM_AFTER_MS - 1);
    expect(button().disabled).toBe(true);
    pass(1);
    expect(button().disabled).toBe(false);
  });

  it('does not arm in a window that never had the focus', async () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    await open();
    pass(10 * ARM_AFTER_MS);
    expect(button().disabled).toBe(true);
  });

  it('says when main knows another request by now, and asks for the present one', async () => {
    const { bridge } = await open();
    bridge.answer('devices.approve', () => failed({ code: 'changed' }));
    const before = bridge.paramsOf('devices.list').length;
    pass(ARM_AFTER_MS);
    fireEvent.click(button());
    vi.useRealTimers();
    expect((await screen.findByRole('alert')).textContent).toMatch(/changed since it was shown/);
    expect(bridge.paramsOf('devices.list').length).toBe(before + 1);
  });
});

describe('that somebody waits', () => {
  it('is said on the Overview with a way there, and on the navigation of every page', async () => {
    const { user, view } = await renderApp({ devices: waiting(pendingPairing()) });
    expect((await screen.findByTestId('pairing-notice')).textContent).toContain('Phone asks to be let in');
    expect(view.container.querySelector('[data-page="credentials"]')?.textContent).toBe('Credentials1');
    const spoken = screen.getAllByRole('status').map((node) => node.textContent);
    expect(spoken).toContain('1 device asks to be let in');
    await user.click(within(screen.getByTestId('pairing-notice')).getByRole('button'));
    expect(await screen.findByTestId('card-pending')).toBeDefined();
  });

  it('is spoken once: by the headline as soon as that says it', async () => {
    const { bridge } = await renderApp({ devices: waiting(pendingPairing()) });
    act(() => bridge.emit('status.changed', fineSnapshot({ seq: 2, pendingDevices: 1 })));
    const title = 'The gateway works; 1 device waits for approval';
    expect(screen.getByTestId('verdict').textContent).toContain(title);
    const spoken = screen.getAllByRole('status').map((node) => node.textContent);
    expect(spoken).toContain(title);
    expect(spoken).not.toContain('1 device asks to be let in');
  });

  it('is said as a number when there are several, and no more when it is settled', async () => {
    const { bridge } = await renderApp({ devices: waiting(pendingPairing(), other) });
    expect((await screen.findByTestId('pairing-notice')).textContent).toContain('2 devices ask to be let in');
    act(() => bridge.emit('devices.changed', waiting()));
    expect(screen.queryByTestId('pairing-notice')).toBeNull();
  });
});

describe('a paired device', () => {
  const device = pairedDevice({
    approvedVia: 'silent',
    approvedAtMs: SNAPSHOT_AT - 86_400_000,
    lastSeenAtMs: NOW - 60_000,
    scopes: ['operator.read', 'operator.write', 'operator.pairing'],
    tokens: [
      { role: 'operator', scopes: [], createdAtMs: NOW - 86_400_000, lastUsedAtMs: NOW - 3_600_000 },
      { role: 'node', scopes: [], createdAtMs: NOW - 86_400_000, revokedAtMs: NOW - 7_200_000 },
    ],
  });
  const devices = { pending: [], paired: [device] };

  it('shows what it may, how it was let in, and its tokens', async () => {
    await renderApp({ page, devices });
    const shown = screen.getByTestId('paired-device');
    const scopes = within(shown).getAllByRole('listitem');
    // "write" includes "read", so that one sentence is enough.
    expect(scopes.map((item) => item.dataset.scope)).toEqual(['operator.pairing', 'operator.write']);
    expect(screen.getByTestId('device-approved').textContent).toMatch(
      /^by itself, 1d ago: it runs on this computer/,
    );
    const tokens = screen.getAllByTestId('device-token').map((row) => row.textContent);
    expect(tokens[0]).toMatch(/Operator.*1d ago.*1h ago.*In use/);
    expect(tokens[1]).toMatch(/Node.*1d ago.*Never.*Revoked 2h ago/);
    expect(screen.getAllByTestId('token-revoke')).toHaveLength(1);
  });

  it('is removed only after a question that says what follows', async () => {
    const { bridge, user } = await renderApp({
      page,
      devices,
      prepare: (b) => b.answer('devices.remove', () => replied(null)),
    });
    await user.click(screen.getByTestId('device-remove'));
    const dialog = within(await screen.findByTestId('dialog-remove-device'));
    expect(dialog.getByText(/let in again by itself/)).toBeDefined();
    expect(bridge.paramsOf('devices.remove')).toEqual([]);
    await user.click(dialog.getByTestId('confirm'));
    await waitFor(() => expect(bridge.paramsOf('devices.remove')).toEqual([{ deviceId: DEVICE_ID }]));
  });

  it('loses one token only after a question, and says when that fails', async () => {
    const { bridge, user } = await renderApp({
      page,
      devices,
      prepare: (b) => b.answer('devices.revokeToken', () => failed({ code: 'storage_full' })),
    });
    await user.click(screen.getByTestId('token-revoke'));
    const dialog = within(await screen.findByTestId('dialog-revoke-token'));
    await user.click(dialog.getByTestId('confirm'));
    expect((await dialog.findByRole('alert')).textContent).toMatch(/disk is full/);
    expect(bridge.paramsOf('devices.revokeToken')).toEqual([{ deviceId: DEVICE_ID, role: 'operator' }]);
  });
});

describe('the list of devices', () => {
  it('says what would be in it while it is empty', async () => {
    await renderApp({ page });
    expect(screen.getByTestId('devices-empty').textContent).toContain('after their first connection');
    expect(screen.queryByTestId('card-pending')).toBeNull();
  });

  it('offers to try again when it could not be loaded, and keeps what it has', async () => {
    let works = false;
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) =>
        b.answer('devices.list', () =>
          works ? replied({ pending: [], paired: [pairedDevice()] }) : failed({ code: 'internal' }),
        ),
    });
    works = true;
    await user.click(within(await screen.findByTestId('devices-failed')).getByRole('button'));
    expect(await screen.findByTestId('paired-device')).toBeDefined();
    act(() =>
      bridge.emit('devices.changed', {
        pending: [],
        paired: [pairedDevice(), pairedDevice({ deviceId: 'f'.repeat(64) })],
      }),
    );
    expect(screen.getAllByTestId('paired-device')).toHaveLength(2);
  });
});
