// Frames within the size limit that hold millions of members (SEC-48; REL-48): refused before a parser builds them,
// with one answer, by a gateway that serves on. How long that takes is the benches' business.

import { describe, expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { connectParams, TestClient } from '../helpers/ws-client';

const BYTES = 22_000_000;

const BODIES: readonly { readonly what: string; readonly params: () => string }[] = [
  { what: 'an array of eleven million zeros', params: () => `{"a":[0${',0'.repeat(BYTES / 2)}]}` },
  { what: 'a million empty objects', params: () => `{"a":[{}${',{}'.repeat(BYTES / 3)}]}` },
  { what: 'two million keys', params: () => `{${'"aaaaaaa":1,'.repeat(BYTES / 12)}"z":1}` },
  { what: 'millions of levels', params: () => `{"a":${'['.repeat(BYTES / 2)}${']'.repeat(BYTES / 2)}}` },
  { what: 'millions of brackets inside a string', params: () => `{"a":"${'[{,'.repeat(BYTES / 3)}"}` },
];

describe('SEC-48: a frame of 22 MB', () => {
  it.each(BODIES)(
    'with $what is refused once, and the next request is answered',
    async ({ what, params }) => {
      const core = await startTestCore();
      const client = await TestClient.open(core.url);
      await client.connect(connectParams({ token: core.token() }));
      client.send(`{"type":"req","id":"big","method":"health","params":${params()}}`);
      const refused = await client.frame((frame) => frame.id === 'big');
      // Text is text: whatever it looks like, it gets as far as the params.
      const message = what.includes('string')
        ? "invalid health params: at root: unexpected property 'a'"
        : 'invalid request frame';
      expect(refused.error).toEqual({ code: 'INVALID_REQUEST', message });
      expect((await client.request('health')).ok).toBe(true);
      expect(client.frames.filter((frame) => frame.ok === false)).toHaveLength(1);
      expect(core.gateway.status().clients).toBe(1);
    },
  );
});
