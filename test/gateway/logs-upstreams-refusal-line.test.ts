// The two log lines of openclaw/openclaw#75898, field for field (protocol section 4.1).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

it('writes every field of the refusal line in upstream order', async () => {
  const core = await startTestCore();
  const client = await TestClient.open(core.url, { headers: { 'user-agent': 'ua/1' } });
  await client.connect(
    connectParams({
      token: 'stale-token-stale-token-stale-token',
      minProtocol: 3,
      maxProtocol: 3,
      client: {
        id: 'gateway-client',
        displayName: 'gateway:channels.status',
        version: '2026.4.29',
        platform: 'linux',
        mode: 'backend',
        instanceId: 'i1',
      },
    }),
  );
  const uuid = '[0-9a-f]{8}-[0-9a-f-]{27}';
  const peer = `127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:${core.port}`;
  const [refused, closed] = core.logLines().filter((line) => line.includes('reason='));
  expect(refused).toMatch(
    new RegExp(
      `\\[ws\\] unauthorized conn=${uuid} peer=${peer} remote=127\\.0\\.0\\.1 ` +
        'client=gateway:channels\\.status backend v2026\\.4\\.29 role=operator scopes=0 auth=token device=no ' +
        `platform=linux instance=i1 host=127\\.0\\.0\\.1:${core.port} origin=n/a ua=ua/1 reason=token_mismatch$`,
    ),
  );
  expect(closed).toMatch(
    new RegExp(
      `\\[ws\\] closed before connect conn=${uuid} peer=${peer} remote=127\\.0\\.0\\.1 fwd=n/a origin=n/a ` +
        `host=127\\.0\\.0\\.1:${core.port} ua=ua/1 code=1008 reason=unauthorized: gateway token mismatch `,
    ),
  );
});

it('cuts and cleans hostile strings before they reach a line', async () => {
  const core = await startTestCore();
  const client = await TestClient.open(core.url, { headers: { 'user-agent': 'x'.repeat(4_000) } });
  await client.connect(
    connectParams({
      client: {
        id: 'gateway-client',
        displayName: 'evil\u202e\n[ws] unauthorized conn=fake',
        version: '1\u0000',
        platform: 'linux',
        mode: 'backend',
      },
    }),
  );
  const lines = core.logLines().filter((line) => line.includes('unauthorized'));
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(line.length).toBeLessThan(1_500);
  }
});
