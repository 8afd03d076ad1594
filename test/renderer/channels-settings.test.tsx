// Channels and Settings: each act calls main with the right account or field, and errors are said in words.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/model/settings';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { fineSnapshot, NOW, renderApp } from './render-app';

const account = { channel: 'webhook', accountId: 'default' };
const webhook = channelStatus({ webhookPath: '/channels/webhook/default', word: 'not-checked' });
const withChannels = (...channels: (typeof webhook)[]) => fineSnapshot({ channels });

describe('the Channels page', () => {
  const page = 'channels' as const;

  it('says that a channel without a delivery is not checked', async () => {
    await renderApp({ page, snapshot: withChannels(webhook) });
    const row = screen.getByTestId('channel-webhook-default');
    expect(row.getAttribute('data-word')).toBe('not-checked');
    expect(row.textContent).toContain('Not checked');
    expect(within(row).getByTestId('evidence').textContent).toBe('No delivery yet');
    expect(row.querySelector('[data-shape="dash"]')).not.toBeNull();
  });

  it('sets a first webhook up: turned on, then a secret on the clipboard', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) =>
        b
          .answer('channels.setEnabled', () => {
            b.emit('status.changed', { ...withChannels(webhook), seq: 2 });
            return replied(null);
          })
          .answer('channels.newSecret', () => replied({ clearsAt: NOW + 60_000 })),
    });
    expect(screen.getByTestId('webhook-setup').textContent).toContain('HTTP POST');
    await user.click(screen.getByTestId('webhook-set-up'));
    expect((await screen.findByTestId('clipboard-note')).textContent).toContain('On the clipboard');
    expect(screen.queryByTestId('webhook-setup')).toBeNull();
    expect(bridge.paramsOf('channels.setEnabled')).toEqual([{ ...account, enabled: true }]);
    expect(bridge.paramsOf('channels.newSecret')).toEqual([account]);
    expect(screen.getByTestId('curl-example').textContent).toContain(
      'http://127.0.0.1:18789/channels/webhook/default',
    );
    expect(screen.getByTestId('curl-example').textContent).toContain('YOUR_SECRET');
  });

  it('says what is left to do when the secret could not be made', async () => {
    const noSecret = {
      ...webhook,
      configured: false,
      credentialSource: 'none',
      word: 'action-needed',
    } as const;
    const { user } = await renderApp({
      page,
      prepare: (b) =>
        b
          .answer('channels.setEnabled', () => {
            b.emit('status.changed', { ...withChannels(noSecret), seq: 2 });
            return replied(null);
          })
          .answer('channels.newSecret', () => failed({ code: 'storage_full' })),
    });
    await user.click(screen.getByTestId('webhook-set-up'));
    expect((await screen.findByRole('alert')).textContent).toMatch(/no secret yet.*disk is full/);
    expect(screen.getByTestId('channel-first-secret')).toBeDefined();
  });

  it('acts on the selected account and asks before it replaces a secret', async () => {
    const second = { ...webhook, accountId: 'shop', name: 'Shop' };
    const target = { channel: 'webhook', accountId: 'shop' };
    const { bridge, user } = await renderApp({
      page,
      snapshot: withChannels(webhook, second),
      prepare: (b) =>
        b
          .answer('channels.probe', () => replied(null))
          .answer('channels.restart', () => failed({ code: 'unsupported' }))
          .answer('channels.setEnabled', () => replied(null))
          .answer('channels.newSecret', () => replied({ clearsAt: NOW + 60_000 })),
    });
    await user.click(screen.getByTestId('channel-webhook-shop'));
    await user.click(screen.getByTestId('channel-probe'));
    expect(await screen.findByText('Checked.')).toBeDefined();
    await user.click(screen.getByTestId('channel-restart'));
    expect((await screen.findByRole('alert')).textContent).toBe('This channel cannot do that.');
    await user.click(screen.getByTestId('channel-toggle'));
    await user.click(screen.getByTestId('channel-new-secret'));
    const dialog = within(await screen.findByTestId('dialog-new-secret'));
    expect(bridge.paramsOf('channels.newSecret')).toHaveLength(0);
    await user.click(dialog.getByTestId('confirm'));
    expect(await screen.findByTestId('clipboard-note')).toBeDefined();
    expect(bridge.paramsOf('channels.probe')).toEqual([target]);
    expect(bridge.paramsOf('channels.setEnabled')).toEqual([{ ...target, enabled: false }]);
    expect(bridge.paramsOf('channels.newSecret')).toEqual([target]);
  });

  it('shows channels as unknown, not as broken, while the gateway is down', async () => {
    const evidence = { what: 'delivery accepted', at: NOW - 180_000 };
    await renderApp({
      page,
      snapshot: {
        ...withChannels({ ...webhook, word: 'unknown', evidence }),
        gateway: { ...fineSnapshot().gateway, state: 'stopped' },
      },
    });
    const row = screen.getByTestId('channel-webhook-default');
    expect(row.textContent).toMatch(/Unknown.*Last known: Delivery accepted/);
    expect(screen.getByTestId('strip-channels').textContent).toBe('1 channel unknown');
    expect(screen.getByTestId('channel-probe').hasAttribute('disabled')).toBe(true);
  });

  it('shows names and errors from outside as inert text', async () => {
    const lastError = { class: 'protocol', message: '<b>x</b>\u202e', fix: '<i>y</i>', at: NOW } as const;
    const { view } = await renderApp({
      page,
      snapshot: withChannels({ ...webhook, name: '<u>z</u>\u2067', word: 'degraded', lastError }),
    });
    expect(view.container.querySelector('b, i, u')).toBeNull();
    expect(screen.getByTestId('channel-error').textContent).toContain('<b>x</b>');
    expect(view.container.textContent).not.toMatch(/[\u202e\u2067]/);
  });
});

describe('the Settings page', () => {
  const page = 'settings' as const;

  it('shows main’s objection beside the field, keeps the typed text, and says when a restart is needed', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) =>
        b.answer('settings.update', (patch) => {
          const port = patch?.gateway?.port ?? 0;
          if (port > 65_535) return failed({ code: 'invalid_params', field: 'gateway.port' });
          const settings = defaultSettings();
          return replied({
            settings: { ...settings, gateway: { ...settings.gateway, port } },
            needsRestart: true,
          });
        }),
    });
    const field = screen.getByTestId('setting-gateway.port') as HTMLInputElement;
    await user.clear(field);
    await user.type(field, '99999{Enter}');
    expect((await screen.findByRole('alert')).textContent).toBe(
      'The port must be a whole number from 0 to 65535.',
    );
    expect(field.value).toBe('99999');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    await user.clear(field);
    await user.type(field, 'abc{Enter}');
    expect(bridge.paramsOf('settings.update')).toHaveLength(1);
    await user.clear(field);
    await user.type(field, '18790{Enter}');
    expect((await screen.findByTestId('needs-restart')).textContent).toContain('Restart the gateway');
    expect(screen.queryByRole('alert')).toBeNull();
    bridge.answer('gateway.restart', () => replied(fineSnapshot().gateway));
    await user.click(within(screen.getByTestId('needs-restart')).getByRole('button'));
    await user.click(within(await screen.findByTestId('dialog-restart')).getByTestId('confirm'));
    await waitFor(() => expect(screen.queryByTestId('needs-restart')).toBeNull());
  });

  it('turns seconds on screen into main’s milliseconds', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) =>
        b.answer('settings.update', () => replied({ settings: defaultSettings(), needsRestart: false })),
    });
    const field = screen.getByTestId('setting-probe.intervalMs');
    await user.clear(field);
    await user.type(field, '90');
    await user.tab();
    await waitFor(() =>
      expect(bridge.paramsOf('settings.update')).toEqual([{ probe: { intervalMs: 90_000 } }]),
    );
  });

  it('shows a switch as main answered it, not as it was clicked', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) => b.answer('settings.update', () => failed({ code: 'storage_readonly' })),
    });
    const toggle = screen.getByTestId('setting-closeToTray');
    await user.click(toggle);
    expect((await screen.findByRole('alert')).textContent).toMatch(/cannot be written/);
    expect(toggle.getAttribute('aria-checked')).toBe('true');
    expect(bridge.paramsOf('settings.update')).toEqual([{ ui: { closeToTray: false } }]);
  });

  it('says version and data folder, and opens the folder through main', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) => b.answer('app.openDataFolder', () => replied(null)),
    });
    expect(screen.getByTestId('version').textContent).toBe('Gatehouse 0.1.0');
    await user.click(screen.getByTestId('open-data-folder'));
    expect(bridge.paramsOf('app.openDataFolder')).toEqual([undefined]);
  });
});

it('no page shows anything that looks like a secret', async () => {
  const { view } = await renderApp({ snapshot: withChannels(webhook) });
  for (const id of ['overview', 'channels', 'auth-log', 'credentials', 'tasks', 'settings'] as const) {
    await act(async () => {
      (view.container.querySelector(`[data-page="${id}"]`) as HTMLElement).click();
    });
    await screen.findByTestId(`page-${id}`);
    // A token is 43 characters of base64url; no word on screen may be as long.
    expect(wordsOnScreen().filter((word) => /^[A-Za-z0-9_-]{24,}$/.test(word))).toEqual([]);
    expect(document.body.innerHTML).not.toMatch(/type="password"/);
  }
});

/** Text node by text node: words of neighbouring elements are not one word. */
function wordsOnScreen(): readonly string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  while (walker.nextNode()) words.push(...(walker.currentNode.textContent ?? '').split(/[\s/]+/));
  expect(words.length).toBeGreaterThan(20);
  return words;
}
