import { describe, expect, it, vi } from 'vitest';
import { classifyRefused } from '../../../electron/core/tokens/presented-as';
import { sha256 } from '../../../electron/core/tokens/token-format';
import { startedStore } from './harness';

const text = 'hR3_kP9-wZ5vQ1xT7bN2mC8sL4dF6gJ0yU-aE_iO9K1';
const current = { text, digest: sha256(text) };
const setupCode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('what a refused secret turned out to be', () => {
  it.each([
    ['', 'empty'],
    ['""', 'empty'],
    [`"${text}"`, 'quoted'],
    [`'${text}'`, 'quoted'],
    [`“${text}”`, 'quoted'],
    [`${text.slice(0, 10)}\n${text.slice(10)}`, 'quoted'],
    [`Bearer ${text}`, 'quoted'],
    [text.slice(0, 16), 'truncated'],
    [text.slice(0, -1), 'truncated'],
    [`${text.slice(0, 20)}…`, 'truncated'],
    [`${text.slice(0, 20)}...`, 'truncated'],
    [text.slice(0, 15), 'unknown'],
    [`${text.slice(0, 20)}x`, 'unknown'],
    [`x${text}`, 'unknown'],
    [`${text}${text}`, 'unknown'],
    ['changeme', 'placeholder'],
    ['your-token-here', 'placeholder'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the unresolved variable is the case
    ['${OPENCLAW_GATEWAY_TOKEN}', 'placeholder'],
    ['undefined', 'placeholder'],
    [setupCode({ url: 'ws://127.0.0.1:18789', bootstrapToken: 'b' }), 'setup-code'],
    [setupCode({ url: 'ws://127.0.0.1:18789', token: 'b' }), 'setup-code'],
    [setupCode({ url: 1, token: 'b' }), 'unknown'],
    [setupCode({ hello: 'there' }), 'unknown'],
    ['eyJnot-json', 'unknown'],
    ['x'.repeat(70_000), 'unknown'],
    ['7wJtVb0mYx', 'unknown'],
  ])('%j is %s', (presented, expected) => {
    expect(classifyRefused(presented, current)).toBe(expected);
  });

  it('a megabyte of anything is refused by its length: nothing of it is searched', async () => {
    const { tokens } = await startedStore();
    const searched: number[] = [];
    const { replace } = String.prototype;
    const spy = vi.spyOn(String.prototype, 'replace').mockImplementation(function counted(
      this: string,
      ...args: unknown[]
    ) {
      searched.push(this.length);
      return Reflect.apply(replace, this, args) as string;
    } as typeof replace);
    try {
      for (const part of ['"', 'change', 'your', 'eyJ', 'foo', '…']) {
        const hostile = part.repeat(2 ** 20 / part.length);
        expect(tokens.verify(hostile, 1)).toMatchObject({ ok: false, presentedAs: 'unknown' });
      }
      expect(tokens.verify(' '.repeat(2 ** 20), 1)).toMatchObject({ ok: false, presentedAs: 'empty' });
      // The longest that is looked at, so that the count below is one that can be wrong.
      expect(tokens.verify('"'.repeat(4_096), 1)).toMatchObject({ ok: false, presentedAs: 'empty' });
    } finally {
      spy.mockRestore();
    }
    expect(Math.max(...searched)).toBe(4_096);
  });
});
