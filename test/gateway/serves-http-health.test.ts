// Liveness and readiness over plain HTTP (protocol section 1.3).

import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';

interface Reply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function get(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, ...options, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

describe('the HTTP endpoints', () => {
  it.each(['/health', '/healthz'])('%s says live to anybody', async (path) => {
    const core = await startTestCore();
    const reply = await get(core.port, path);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body)).toEqual({ ok: true, status: 'live' });
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('/ready gives details to a direct local caller only', async () => {
    const core = await startTestCore();
    const local = JSON.parse((await get(core.port, '/ready')).body);
    expect(local).toMatchObject({ ready: true, failing: [], eventLoop: { degraded: false } });
    const proxied = await get(core.port, '/readyz', { headers: { 'x-forwarded-for': '10.0.0.1' } });
    expect(JSON.parse(proxied.body)).toEqual({ ready: true });
  });

  it.each([
    { path: '/nothing', options: {}, status: 404 },
    { path: '/health', options: { method: 'POST' }, status: 405 },
    { path: '/health', options: { headers: { host: 'evil.example' } }, status: 403 },
    { path: '/health?token=abc', options: {}, status: 400 },
  ])('$path with $options answers $status', async ({ path, options, status }) => {
    const core = await startTestCore();
    expect((await get(core.port, path, options)).status).toBe(status);
  });

  it('answers HEAD without a body', async () => {
    const core = await startTestCore();
    expect(await get(core.port, '/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});
