// The login by QR code: drawn in the window, followed step by step, given up when its dialog closes. Its text is a secret.

import { act, screen, waitFor } from '@testing-library/react';
import { create } from 'qrcode';
import { describe, expect, it } from 'vitest';
import { qrPath } from '../../renderer/features/channels/qr-path';
import type { LoginView } from '../../shared/ipc/channels';
import type { IpcReply } from '../../shared/ipc/contract';
import { type FakeBridge, failed, replied } from '../helpers/fake-bridge';
import { EVIL, renderChannels, weixin, withChannels } from './channels-fixture';
import { NOW } from './render-app';

const QR = 'https://login.example/marker-login-secret-1';
const NEXT_QR = 'https://login.example/marker-login-secret-2';
const code = { qrText: QR, expiresAt: NOW + 300_000 };

/** Main's half of one login: waits are answered when the test says so. */
class Login {
  readonly #waiting: ((reply: IpcReply<LoginView>) => void)[] = [];
  readonly #news: IpcReply<LoginView>[] = [];

  answer(bridge: FakeBridge): void {
    bridge
      .answer('login.start', () => replied({ sessionKey: 'key', ...code }))
      .answer('login.cancel', () => replied(null))
      .answer('login.wait', () => {
        const reply = this.#news.shift();
        return reply ?? new Promise((resolve) => this.#waiting.push(resolve));
      });
  }

  async tell(reply: IpcReply<LoginView>): Promise<void> {
    await act(async () => {
      const waiting = this.#waiting.splice(0);
      if (waiting.length === 0) this.#news.push(reply);
      for (const resolve of waiting) resolve(reply);
    });
  }
}

async function openLogin(prepare: (bridge: FakeBridge) => void = () => undefined) {
  const login = new Login();
  const rendered = await renderChannels({
    prepare: (bridge) => {
      login.answer(bridge);
      prepare(bridge);
    },
  });
  await rendered.user.click(await screen.findByTestId('pick-openclaw-weixin'));
  await screen.findByTestId('dialog-login');
  return { ...rendered, login };
}

const state = () => screen.getByTestId('login-state');
const drawn = () => screen.getByTestId('qr-code').querySelectorAll('path')[1]?.getAttribute('d');

describe('the login', () => {
  it('draws the code, says what to do and until when, and puts its text nowhere', async () => {
    const { bridge } = await openLogin();
    await waitFor(() => expect(drawn()).toBe(qrPath(QR)?.path));
    expect(state().textContent).toContain('Open WeChat on the phone');
    expect(screen.getByTestId('dialog-login').textContent).toMatch(/expires in 5\s?m/);
    expect(bridge.paramsOf('login.start')).toEqual([{ channel: 'openclaw-weixin' }]);
    expect(bridge.paramsOf('login.wait')).toEqual([{ sessionKey: 'key' }]);
    expect(document.documentElement.outerHTML).not.toContain('marker-login-secret');
  });

  it('follows the phone: scanned, confirm, logged in, and then shows the account', async () => {
    const { bridge, user, login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied({ state: 'scanned', ...code }));
    expect(state().textContent).toContain('Now confirm on the phone');
    expect(screen.getByTestId('qr-code').getAttribute('data-used')).toBe('true');
    await login.tell(replied({ state: 'confirm', ...code }));
    expect(state().dataset.state).toBe('confirm');
    await login.tell(replied({ state: 'connected', accountId: 'lin', identity: { name: `Lin${EVIL}` } }));
    expect(screen.getByTestId('login-end').textContent).toContain('Logged in as Lin<img');
    expect(screen.getByTestId('login-end').querySelector('img, a')).toBeNull();
    expect(screen.queryByTestId('qr-code')).toBeNull();
    act(() => bridge.emit('status.changed', { ...withChannels(weixin), seq: 2 }));
    await user.click(screen.getByTestId('login-done'));
    expect(screen.getByTestId('channel-openclaw-weixin-lin').getAttribute('aria-pressed')).toBe('true');
    expect(bridge.paramsOf('login.cancel')).toEqual([]);
  });

  it('asks for the number on the phone, again when it was another', async () => {
    const { bridge, user, login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied({ state: 'need-code', ...code }));
    await user.type(screen.getByTestId('login-code'), '17{Enter}');
    expect(bridge.paramsOf('login.wait')).toContainEqual({ sessionKey: 'key', code: '17' });
    await login.tell(replied({ state: 'need-code', ...code, codeRefused: true }));
    expect(screen.getByTestId('login-code-error').textContent).toContain('not the number');
  });

  it('draws the renewed code and says why the one before is gone', async () => {
    const { login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied({ state: 'wait', qrText: NEXT_QR, expiresAt: NOW + 5, renewed: 'expired' }));
    expect(drawn()).toBe(qrPath(NEXT_QR)?.path);
    expect(screen.getByTestId('dialog-login').textContent).toContain('had expired');
  });

  it.each([
    ['expired', { state: 'expired', message: 'x' }, 'Nobody scanned and confirmed in time'],
    ['blocked', { state: 'blocked', message: 'x' }, 'WeChat closed the login'],
  ] as const)('offers another code when it ended %s', async (_name, view, said) => {
    const { bridge, user, login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied(view));
    expect(screen.getByTestId('login-end').textContent).toContain(said);
    await user.click(screen.getByTestId('login-again'));
    expect((await screen.findByTestId('login-state')).dataset.state).toBe('wait');
    expect(bridge.paramsOf('login.start')).toHaveLength(2);
    expect(bridge.paramsOf('login.cancel')).toEqual([]);
  });

  it('says that the account is logged in already', async () => {
    const { login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied({ state: 'already-linked' }));
    expect(screen.getByTestId('login-end').textContent).toContain('logged in here already');
    expect(screen.queryByTestId('login-again')).toBeNull();
  });

  it('says why it failed, in the vendor’s words as text', async () => {
    const { login } = await openLogin();
    await screen.findByTestId('login-state');
    await login.tell(replied({ state: 'failed', failure: { class: 'network', message: `gone${EVIL}` } }));
    expect(screen.getByTestId('login-failed').textContent).toMatch(
      /The login failed · Unreachable.*gone<img/,
    );
    expect(screen.getByTestId('login-failed').querySelector('img, a')).toBeNull();
    expect(screen.getByTestId('login-again')).toBeDefined();
  });

  it('says why no code came', async () => {
    const failure = { class: 'server', message: 'WeChat has a problem (HTTP 500)' } as const;
    await openLogin((b) =>
      b.answer('login.start', () => failed({ code: 'login_failed', message: failure.message, failure })),
    );
    expect((await screen.findByTestId('login-failed')).textContent).toMatch(
      /Error at the other side.*HTTP 500/,
    );
  });

  it('is given up when its dialog closes, and asks no more', async () => {
    const { bridge, user, login } = await openLogin();
    await screen.findByTestId('login-state');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('dialog-login')).toBeNull());
    expect(bridge.paramsOf('login.cancel')).toEqual([{ sessionKey: 'key' }]);
    const asked = bridge.paramsOf('login.wait').length;
    await login.tell(replied({ state: 'scanned', ...code }));
    expect(bridge.paramsOf('login.wait')).toHaveLength(asked);
  });

  it('of an account that is there logs in that one', async () => {
    const ended = { ...weixin, linked: false, configured: false, word: 'action-needed' } as const;
    const login = new Login();
    const { bridge, user } = await renderChannels({ channels: [ended], prepare: (b) => login.answer(b) });
    const button = await screen.findByTestId('channel-login');
    expect([button.textContent, button.dataset.weight]).toEqual(['Log in…', 'primary']);
    await user.click(button);
    await screen.findByTestId('login-state');
    expect(bridge.paramsOf('login.start')).toEqual([{ channel: 'openclaw-weixin', accountId: 'lin' }]);
  });
});

describe('the picture of a code', () => {
  it('has exactly the dark squares of the code', () => {
    for (const text of ['a', QR, 'x'.repeat(500)]) {
      const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
      const picture = qrPath(text);
      const grid = new Uint8Array(size * size);
      for (const [, x, y, width] of picture?.path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g) ?? []) {
        for (let at = 0; at < Number(width); at += 1) grid[Number(y) * size + Number(x) + at] = 1;
      }
      expect(picture?.size).toBe(size);
      expect([...grid]).toEqual([...data].map((dark) => (dark ? 1 : 0)));
    }
  });

  it('is missing for a text that fits no code', () => {
    expect([qrPath(''), qrPath('x'.repeat(5_000))]).toEqual([undefined, undefined]);
  });
});
