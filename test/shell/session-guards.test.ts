import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { externalUrl, guardContents, guardSession } from '../../electron/shell/session-guards';

describe('externalUrl', () => {
  it('lets plain https through', () => {
    expect(externalUrl('https://example.com/a?b#c')).toBe('https://example.com/a?b#c');
    expect(externalUrl('HTTPS://EXAMPLE.com')).toBe('https://example.com/');
  });

  it.each([
    'http://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'smb://host/share',
    '\\\\host\\share',
    'https:\\\\host\\share',
    'ms-settings:privacy',
    'mailto:a@b.c',
    'app://gatehouse/',
    'https://user:pass@example.com/',
    'https://exa\u202Emple.com/',
    ' https://example.com/',
    'https://',
    '',
    `https://example.com/${'x'.repeat(3_000)}`,
  ])('refuses %j', (url) => {
    expect(externalUrl(url)).toBeUndefined();
  });
});

class FakeContents extends EventEmitter {
  windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }
  /** Was the event stopped? */
  denies(name: string, ...args: unknown[]): boolean {
    let isPrevented = false;
    const event = {
      preventDefault: () => {
        isPrevented = true;
      },
    };
    this.emit(name, event, ...args);
    return isPrevented;
  }
}

describe('guardContents', () => {
  function guarded() {
    const app = new EventEmitter();
    const opened: string[] = [];
    guardContents(app as never, {
      logger: silentLogger,
      openExternal: async (url) => {
        opened.push(url);
      },
    });
    const contents = new FakeContents();
    app.emit('web-contents-created', {}, contents);
    return { contents, opened };
  }

  it('keeps a page where it is', () => {
    const { contents } = guarded();
    expect(contents.denies('will-navigate', 'https://example.com/')).toBe(true);
    expect(contents.denies('will-navigate', 'file:///etc/passwd')).toBe(true);
    expect(contents.denies('will-redirect', 'app://gatehouse/')).toBe(true);
    expect(contents.denies('will-attach-webview')).toBe(true);
    expect(contents.denies('will-navigate', 'app://gatehouse/')).toBe(false);
  });

  it('opens no window, and hands only https to the system', () => {
    const { contents, opened } = guarded();
    for (const url of ['https://example.com/', 'file:///etc/passwd', 'about:blank']) {
      expect(contents.windowOpen?.({ url })).toEqual({ action: 'deny' });
    }
    expect(opened).toEqual(['https://example.com/']);
  });
});

describe('guardSession', () => {
  it('denies every permission, download and request to a network', () => {
    const session = Object.assign(new FakeContents(), {
      handlers: new Map<string, (...args: never[]) => unknown>(),
      setPermissionRequestHandler(handler: never) {
        this.handlers.set('request', handler);
      },
      setPermissionCheckHandler(handler: never) {
        this.handlers.set('check', handler);
      },
      setDevicePermissionHandler(handler: never) {
        this.handlers.set('device', handler);
      },
      webRequest: {
        onBeforeRequest(_filter: unknown, handler: never) {
          session.handlers.set('network', handler);
        },
      },
    });
    guardSession(session as never, silentLogger);
    const answers: unknown[] = [];
    const call = (name: string, ...args: unknown[]) =>
      (session.handlers.get(name) as (...a: unknown[]) => unknown)(...args);
    call('request', {}, 'media', (answer: unknown) => answers.push(answer));
    call('network', { url: 'https://example.com/?q=1' }, (answer: unknown) => answers.push(answer));
    answers.push(call('check'), call('device'), session.denies('will-download'));
    expect(answers).toEqual([false, { cancel: true }, false, false, true]);
  });
});
