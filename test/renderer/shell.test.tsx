// The frame around every page: navigation, keys, strip, banners, language, theme and the announcements.

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { IPC_EVENT_NAMES } from '../../shared/ipc/names';
import { defaultSettings, type Settings } from '../../shared/model/settings';
import type { StatusSnapshot } from '../../shared/model/status';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { fineSnapshot, NOW, renderApp } from './render-app';

const PAGES = ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'] as const;

describe('navigation', () => {
  it('reaches every page by its button and mirrors it to the address', async () => {
    const { user, view } = await renderApp();
    for (const page of PAGES) {
      const button = view.container.querySelector(`[data-page="${page}"]`);
      await user.click(button as Element);
      expect(await screen.findByTestId(`page-${page}`)).toBeDefined();
      expect(window.location.hash).toBe(`#/${page}`);
      expect(button?.getAttribute('aria-current')).toBe('page');
    }
  });

  it('follows the tray and the keys', async () => {
    const { bridge, user } = await renderApp({
      prepare: (b) => b.answer('probe.run', () => failed({ code: 'x' })),
    });
    act(() => bridge.emit('navigate', 'credentials'));
    expect(await screen.findByTestId('page-credentials')).toBeDefined();
    await user.keyboard('{Control>}2{/Control}');
    expect(await screen.findByTestId('page-channels')).toBeDefined();
    await user.keyboard('{Control>},{/Control}');
    expect(await screen.findByTestId('page-settings')).toBeDefined();
    await user.keyboard('{Control>}r{/Control}');
    expect(bridge.paramsOf('probe.run')).toHaveLength(1);
    await user.keyboard('{Control>}f{/Control}');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('log-search')));
  });

  it('shows on the button how many channels need a person', async () => {
    const { view } = await renderApp({
      snapshot: fineSnapshot({ channels: [channelStatus({ word: 'action-needed' })] }),
    });
    expect(view.container.querySelector('[data-page="channels"]')?.textContent).toBe('Channels1');
  });
});

describe('the status strip', () => {
  it('is on every page and says state, address, clients, channels and refusals', async () => {
    const snapshot = fineSnapshot({
      channels: [channelStatus(), channelStatus({ accountId: 'b', word: 'not-checked' })],
      counters: { ...fineSnapshot().counters, refused24h: 12 },
    });
    for (const page of PAGES) {
      const { view } = await renderApp({ snapshot, page });
      const strip = within(screen.getByTestId('status-strip'));
      expect(strip.getByTestId('gateway-state').textContent).toContain('Running');
      expect(strip.getByTestId('gateway-state').getAttribute('data-state')).toBe('listening');
      expect(strip.getByTestId('strip-address').textContent).toContain('ws://127.0.0.1:18789');
      expect(strip.getByTestId('strip-clients').textContent).toBe('0 clients');
      expect(strip.getByTestId('strip-channels').textContent).toBe('1 of 2 channels up');
      expect(strip.getByTestId('strip-refused').textContent).toBe('12 refused in 24 h');
      view.unmount();
    }
  });

  it('has main copy the address', async () => {
    const { bridge, user } = await renderApp({
      prepare: (b) => b.answer('app.copyAddress', () => replied(null)),
    });
    await user.click(screen.getByTestId('strip-address'));
    await waitFor(() => expect(screen.getByTestId('strip-address').textContent).toContain('Address copied'));
    expect(bridge.paramsOf('app.copyAddress')).toEqual([undefined]);
  });

  it('tells each state of the gateway by word and shape', async () => {
    const seen = new Set<string>();
    for (const state of ['stopped', 'starting', 'listening', 'port-taken', 'locked', 'failed'] as const) {
      const { view } = await renderApp({
        snapshot: fineSnapshot({ gateway: { ...fineSnapshot().gateway, state } }),
      });
      const part = screen.getByTestId('gateway-state');
      seen.add(`${part.textContent} ${part.querySelector('[data-shape]')?.getAttribute('data-shape')}`);
      view.unmount();
    }
    expect(seen.size).toBe(6);
  });
});

describe('the banner', () => {
  const gateway = { ...fineSnapshot().gateway, state: 'port-taken' as const, clients: 0 };

  it('names who holds the port and offers the ways out', async () => {
    const portOwner = { kind: 'openclaw', pid: 4242, command: 'node openclaw gateway' } as const;
    const { bridge, user } = await renderApp({
      snapshot: fineSnapshot({ gateway: { ...gateway, portOwner } }),
      prepare: (b) => b.answer('gateway.start', () => replied({ ...gateway, portOwner })),
    });
    const banner = screen.getByTestId('banner-port-taken');
    expect(banner.textContent).toContain('Port 18789 is held by an OpenClaw gateway');
    expect(banner.textContent).toContain('node openclaw gateway, process 4242');
    await user.click(within(banner).getByText('Try now'));
    expect(bridge.paramsOf('gateway.start')).toHaveLength(1);
    await user.click(within(banner).getByText('Change port'));
    expect(await screen.findByTestId('page-settings')).toBeDefined();
  });

  it('admits when the owner is not known', async () => {
    await renderApp({ snapshot: fineSnapshot({ gateway }) });
    expect(screen.getByTestId('banner-port-taken').textContent).toContain('could not be identified');
  });

  it('says when it tries again, and that it does so now', async () => {
    const { bridge } = await renderApp({
      snapshot: fineSnapshot({ gateway: { ...gateway, nextRetryAt: NOW + 8_000 } }),
    });
    const banner = screen.getByTestId('banner-port-taken');
    expect(banner.textContent).toMatch(/Next try in 8\s?s\./);
    const due = fineSnapshot({ seq: 2, gateway: { ...gateway, nextRetryAt: NOW + 900 } });
    act(() => bridge.emit('status.changed', due));
    expect(banner.textContent).toContain('Trying now.');
  });

  it('offers to start over when the credential is locked, after an explanation, and shows a failure', async () => {
    let full = true;
    const { bridge, user } = await renderApp({
      snapshot: fineSnapshot({
        gateway: { ...gateway, state: 'locked' },
        credential: { state: 'locked', reason: 'sealed-elsewhere', detail: 'credential.json: sealed' },
      }),
      prepare: (b) =>
        b.answer('credential.startOver', () =>
          full ? failed({ code: 'storage_full' }) : replied({ generation: 1, fingerprint: 'ffffffffffff' }),
        ),
    });
    expect(screen.getByTestId('banner-locked').textContent).toContain('credential.json: sealed');
    expect(screen.queryByTestId('banner-port-taken')).toBeNull();
    await user.click(screen.getByTestId('start-over'));
    const dialog = await screen.findByTestId('dialog-start-over');
    expect(dialog.textContent).toContain('nothing is deleted');
    expect(bridge.paramsOf('credential.startOver')).toHaveLength(0);
    await user.click(within(dialog).getByTestId('confirm'));
    expect((await within(dialog).findByRole('alert')).textContent).toMatch(/disk is full/);
    full = false;
    await user.click(within(dialog).getByTestId('confirm'));
    await waitFor(() => expect(screen.queryByTestId('dialog-start-over')).toBeNull());
    expect(bridge.paramsOf('credential.startOver')).toHaveLength(2);
  });

  it('words every notice, hides what is not an error on request, and keeps errors', async () => {
    const notice = { params: { file: 'settings.json' }, at: 1 };
    const { user } = await renderApp({
      snapshot: fineSnapshot({
        notices: [
          { ...notice, id: 'a', severity: 'warning', code: 'settings-set-aside' },
          { ...notice, id: 'b', severity: 'error', code: 'auth-log-unwritable' },
        ],
      }),
    });
    const first = screen.getByTestId('notice-settings-set-aside');
    expect(first.textContent).toContain('settings.json');
    await user.click(within(first).getByRole('button'));
    expect(screen.queryByTestId('notice-settings-set-aside')).toBeNull();
    expect(within(screen.getByTestId('notice-auth-log-unwritable')).queryByRole('button')).toBeNull();
  });
});

describe('the banner of an open gateway', () => {
  const open = { id: 'mode', severity: 'warning', code: 'auth-mode-none', params: {}, at: 1 } as const;

  it('stays for as long as it is true and leads to where it is closed', async () => {
    const { user } = await renderApp({ snapshot: fineSnapshot({ notices: [open] }) });
    const banner = screen.getByTestId('notice-auth-mode-none');
    expect(banner.textContent).toMatch(/Any program on this computer can connect/);
    await user.click(within(banner).getByRole('button'));
    expect(await screen.findByTestId('row-auth-mode')).toBeDefined();
    expect(screen.getByTestId('notice-auth-mode-none')).toBeDefined();
  });

  it('has its counterparts in Credentials and Settings', async () => {
    const credential = { ...fineSnapshot().credential, mode: 'none' } as const;
    const settings = defaultSettings();
    settings.gateway.auth.mode = 'none';
    await renderApp({
      page: 'credentials',
      snapshot: fineSnapshot({ notices: [open], credential: credential as StatusSnapshot['credential'] }),
      prepare: (b) => b.answer('settings.get', () => replied({ seq: 1, settings })),
    });
    expect(screen.getByTestId('card-token').textContent).toContain('Not asked for at present');
    window.location.hash = '#/settings';
    const row = await screen.findByTestId('row-auth-mode');
    expect(row.textContent).toContain('Any program on this computer');
  });
});

describe('language and theme', () => {
  it('follow the settings and change at once', async () => {
    const { bridge, user } = await renderApp({ page: 'settings', locale: 'zh-CN' });
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(screen.getByTestId('gateway-state').textContent).toContain('运行中');
    let seq = 0;
    bridge.answer('settings.update', (patch) => {
      const settings = defaultSettings();
      Object.assign(settings.ui, patch?.ui);
      seq += 1;
      return replied({ seq, settings });
    });
    await user.click(screen.getByTestId('setting-language'));
    await user.click(await screen.findByRole('option', { name: 'English' }));
    await waitFor(() => expect(document.documentElement.lang).toBe('en'));
    expect(bridge.paramsOf('settings.update')).toEqual([{ ui: { language: 'en' } }]);
    await user.click(screen.getByTestId('setting-theme'));
    await user.click(await screen.findByRole('option', { name: 'Dark' }));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  });

  it('follow a change that was made over the wire or in settings.json', async () => {
    const { bridge } = await renderApp();
    const changed = (seq: number, ui: Partial<Settings['ui']>) => {
      const settings = defaultSettings();
      act(() =>
        bridge.emit('settings.changed', { seq, settings: { ...settings, ui: { ...settings.ui, ...ui } } }),
      );
    };
    changed(1, { language: 'zh-CN', theme: 'dark' });
    expect(document.documentElement.lang).toBe('zh-CN');
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(screen.getByTestId('gateway-state').textContent).toContain('运行中');
    changed(2, { language: 'en', theme: 'light' });
    expect(document.documentElement.lang).toBe('en');
    expect(document.documentElement.dataset.theme).toBe('light');
  });
});

describe('announcements', () => {
  it('speak the verdict politely when it changes', async () => {
    const { bridge } = await renderApp();
    const live = screen
      .getAllByRole('status')
      .find(
        (node) => node.getAttribute('aria-live') === 'polite' && node.textContent?.startsWith('Everything'),
      );
    expect(live).toBeDefined();
    const gateway = { ...fineSnapshot().gateway, state: 'stopped' as const };
    act(() => bridge.emit('status.changed', fineSnapshot({ seq: 2, gateway })));
    await waitFor(() => expect(live?.textContent).toBe('The gateway is stopped'));
  });

  it('keep the last known state on screen when main stops answering', async () => {
    const { bridge } = await renderApp({
      prepare: (b) => b.answer('status.get', () => failed({ code: 'internal' })),
    });
    expect(screen.getByTestId('verdict').getAttribute('data-verdict')).toBe('no-answer');
    act(() => bridge.emit('status.changed', fineSnapshot()));
    await waitFor(() => expect(screen.getByTestId('verdict').getAttribute('data-verdict')).toBe('good'));
  });
});

it('unsubscribes from everything when it is closed', async () => {
  const { bridge, view } = await renderApp({ page: 'auth-log' });
  expect(bridge.listenerCount('status.changed')).toBe(1);
  expect(bridge.listenerCount('authLog.appended')).toBe(1);
  view.unmount();
  for (const name of IPC_EVENT_NAMES) {
    expect(bridge.listenerCount(name), name).toBe(0);
  }
  fireEvent.keyDown(window, { key: 'r', ctrlKey: true });
  expect(bridge.paramsOf('probe.run')).toHaveLength(0);
});
