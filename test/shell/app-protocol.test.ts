import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAppUrl, resolveAppFile, serveApp } from '../../electron/shell/app-protocol';

const ROOT = path.resolve('/srv/page');

describe('resolveAppFile', () => {
  it.each([
    ['app://gatehouse/', 'index.html'],
    ['app://gatehouse/index.html', 'index.html'],
    ['app://gatehouse/assets/a.js?v=1#x', 'assets/a.js'],
    ['app://gatehouse/assets/%61.css', 'assets/a.css'],
    // The URL parser itself takes these back to the root.
    ['app://gatehouse/../index.html', 'index.html'],
  ])('maps %s to a file inside the folder', (url, file) => {
    expect(resolveAppFile(ROOT, url)?.file).toBe(path.join(ROOT, file));
  });

  it.each([
    'app://gatehouse/%2e%2e/%2e%2e/etc/passwd.html',
    'app://gatehouse/..%2f..%2fetc%2fa.js',
    'app://gatehouse/x/..%2f..%2f..%2fpage-other%2fa.js',
  ])('stays inside the folder for %s', (url) => {
    expect(resolveAppFile(ROOT, url)?.file.startsWith(ROOT + path.sep)).toBe(true);
  });

  it.each([
    'app://gatehouse/..%5c..%5ca.js',
    'app://gatehouse/a%00.js',
    'app://gatehouse/%ff.js',
    'app://gatehouse/%E0%A4%A.js',
    'app://gatehouse/index',
    'app://gatehouse/secrets.json',
    'app://other/index.html',
    'app://user@gatehouse/index.html',
    'file:///srv/page/index.html',
    'https://gatehouse/index.html',
    'not a url',
  ])('serves nothing for %s', (url) => {
    expect(resolveAppFile(ROOT, url)).toBeUndefined();
  });
});

describe('isAppUrl', () => {
  it.each([
    ['app://gatehouse/', true],
    ['APP://gatehouse/x', true],
    ['app://gatehouse.evil/', false],
    ['app://gatehouse:80/', false],
    ['app:gatehouse/', false],
    ['data:text/html,app://gatehouse/', false],
    ['', false],
  ])('%s: %s', (url, expected) => {
    expect(isAppUrl(url)).toBe(expected);
  });
});

describe('serveApp', () => {
  it('answers with the file, its type and every security header, and with plain refusals', async () => {
    const root = path.join(await mkdtemp(path.join(tmpdir(), 'gatehouse-page-')), 'renderer');
    await mkdir(root);
    await writeFile(path.join(root, 'index.html'), '<p>hello</p>');
    await writeFile(path.join(root, '../secret.html'), 'secret');
    let handler: ((request: { method: string; url: string }) => Promise<Response>) | undefined;
    serveApp(
      {
        handle: (_scheme: string, given: unknown) => {
          handler = given as typeof handler;
        },
      } as never,
      root,
    );
    const get = (url: string, method = 'GET') => handler!({ method, url });
    const page = await get('app://gatehouse/');
    expect([page.status, await page.text()]).toEqual([200, '<p>hello</p>']);
    expect(Object.fromEntries(page.headers)).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    const statuses = await Promise.all([
      get('app://gatehouse/missing.js'),
      get('app://gatehouse/..%2fsecret.html'),
      get('app://gatehouse/', 'POST'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 405]);
  });
});
