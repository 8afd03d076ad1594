import { describe, expect, it } from 'vitest';
import { estimateBits, isPlaceholder, secretProblem } from '../../../electron/core/tokens/token-policy';

describe('which secrets may be adopted', () => {
  it.each([
    ['', 'empty'],
    ['[secret]', 'redaction'],
    ['__OPENCLAW_REDACTED__', 'redaction'],
    ['prefix-__OPENCLAW_REDACTED__-suffix-0123456789', 'redaction'],
    ['Kq7vX2pL9dRw[secret]4TzB8sNc5YhM1g', 'redaction'],
    ['abcdef…wxyz', 'redaction'],
    ['Kq7vX2...c5YhM1gXXXXXXXXX', 'redaction'],
    ['************************', 'redaction'],
    ['<redacted>', 'redaction'],
    ['changeme', 'placeholder'],
    ['change-me-please-change-me', 'placeholder'],
    ['your-super-secret-token-goes-here', 'placeholder'],
    ['undefined', 'placeholder'],
    ['null', 'placeholder'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the unresolved variable is the case
    ['${OPENCLAW_GATEWAY_TOKEN}', 'placeholder'],
    ['$OPENCLAW_GATEWAY_TOKEN', 'placeholder'],
    ['%OPENCLAW_GATEWAY_TOKEN%', 'placeholder'],
    ['<paste-your-gateway-token>', 'placeholder'],
    ['Kq7-vX2_pL9dRw4TzB8 sNc5YhM1g', 'characters'],
    ['Kq7-vX2_pL9dRw4TzB8\tsNc5YhM1g', 'characters'],
    ['Kq7-vX2_pL9dRw4TzB8\u0000sNc5YhM1g', 'characters'],
    ['Kq7-vX2_pL9dRw4TzBäsNc5YhM1g', 'characters'],
    ['Kq7-vX2_pL9dRw4TzB8\u200bsNc5YhM1g', 'characters'],
    ['Kq7vX2pL9dRw4TzB8sNc5Yh', 'too-short'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'too-weak'],
    ['abcdefghijklmnopqrstuvwxyz', 'too-weak'],
    ['0123456789012345678901234567890123456789', 'too-weak'],
    ['hunter2hunter2hunter2hunter2', 'too-weak'],
    ['Kq7vX2pL9dRw4TzB8sNc5YhM'.slice(0, 12).repeat(4), 'too-weak'],
  ])('%j is refused as %s', (text, problem) => {
    expect(secretProblem(text)).toBe(problem);
  });

  it.each([
    'Kq7-vX2_pL9dRw4TzB8sNc5Y',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c',
    'b1946ac92492d2347c6235b4d2611184',
    'Zm9vYmFyLXF1dXgtMjAyNi1yYW5kb20tMTIz',
  ])('%s may be adopted', (text) => {
    expect(secretProblem(text)).toBeUndefined();
  });

  it('takes no secret of unreasonable length', () => {
    expect(secretProblem('Kq7vX2pL9dRw4TzB8sNc5YhM1g'.repeat(50))).toBe('characters');
  });

  it('estimates more for more, and nothing for a run', () => {
    expect(estimateBits('')).toBe(0);
    expect(estimateBits('abcdefgh')).toBeLessThan(10);
    expect(estimateBits('q8Wz')).toBeLessThan(estimateBits('q8WzLp3e'));
  });

  it('does not call a real token a placeholder', () => {
    expect(isPlaceholder('hR3_kP9-wZ5vQ1xT7bN2mC8sL4dF6gJ0yU-aE_iO9K1')).toBe(false);
  });
});
