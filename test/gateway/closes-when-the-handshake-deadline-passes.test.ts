// 15 s from accept, absolute: what the client sends meanwhile does not extend it (REL-35).

import { expect, it } from 'vitest';
import { FakeClock } from '../helpers/fake-clock';
import { startTestCore } from '../helpers/test-core';
import { TestClient } from '../helpers/ws-client';

it('closes a silent client with 1000 and no reason, and logs handshake_timeout', async () => {
  const clock = new FakeClock();
  const core = await startTestCore({ clock });
  const client = await TestClient.open(core.url);
  await client.challenge();
  clock.advance(14_999);
  client.socket.ping();
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  clock.advance(1);
  expect(await client.closed).toEqual({ code: 1000, reason: '' });
  expect(core.attempts()).toMatchObject([{ outcome: 'refused', reason: 'handshake_timeout' }]);
});
