// Settings: each act calls main with the right field, and errors are said in words. And: no page shows a secret.

import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../shared/model/settings';
import { failed, replied } from '../helpers/fake-bridge';
import { channelStatus } from '../helpers/status-snapshot';
import { fineSnapshot, renderApp } from './render-app';

const webhook = channelStatus({ webhookPath: '/channels/webhook/default', word: 'not-checked' });
const withChannels = (...channels: (typeof webhook)[]) => fineSnapshot({ channels });

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
          return replied({ seq: 1, settings: { ...settings, gateway: { ...settings.gateway, port } } });
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
    const moved = { ...fineSnapshot().gateway, port: 18_790, url: 'ws://127.0.0.1:18790' };
    bridge.answer('gateway.restart', () => {
      bridge.emit('status.changed', fineSnapshot({ seq: 2, gateway: moved }));
      return replied(moved);
    });
    await user.click(within(screen.getByTestId('needs-restart')).getByRole('button'));
    await user.click(within(await screen.findByTestId('dialog-restart')).getByTestId('confirm'));
    await waitFor(() => expect(screen.queryByTestId('needs-restart')).toBeNull());
  });

  it('turns seconds on screen into main’s milliseconds', async () => {
    const { bridge, user } = await renderApp({
      page,
      prepare: (b) => b.answer('settings.update', () => replied({ seq: 1, settings: defaultSettings() })),
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
