import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../electron/cli/arguments';

function problem(...args: string[]): string {
  const parsed = parseCommand(args);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.value)}`);
  return parsed.error;
}

describe('parseCommand', () => {
  it('reads every command with its flags', () => {
    const read = (...args: string[]) => {
      const parsed = parseCommand(args);
      return parsed.ok ? parsed.value : parsed.error;
    };
    expect(read('serve', '--port', '0', '--json', '--home', '/h')).toEqual({
      kind: 'serve',
      home: '/h',
      port: 0,
      json: true,
    });
    expect(read('status')).toEqual({ kind: 'status', home: undefined, json: false });
    expect(read('token', 'show')).toEqual({ kind: 'token show', home: undefined });
    expect(read('token', 'rotate', '--grace=600000')).toEqual({
      kind: 'token rotate',
      home: undefined,
      leaked: false,
      graceMs: 600_000,
    });
    expect(read('token', 'rotate', '--leaked')).toMatchObject({ leaked: true, graceMs: undefined });
    expect(read('token', 'adopt', '--grace', '5')).toMatchObject({ kind: 'token adopt', graceMs: 5 });
    expect(read('--help')).toEqual({ kind: 'help' });
    expect(read('serve', '-h')).toEqual({ kind: 'help' });
    expect(read('--version')).toEqual({ kind: 'version' });
  });

  it('says what is wrong with a command it does not know', () => {
    expect(problem()).toBe('which command?');
    expect(problem('start')).toBe('there is no command "start"');
    expect(problem('constructor')).toContain('there is no command');
    expect(problem('token')).toContain('show, rotate or adopt');
    expect(problem('status', 'now')).toBe('gatehouse status takes no further words');
  });

  it('refuses unknown flags and flags of other commands', () => {
    expect(problem('serve', '--prot', '1')).toContain('--prot');
    expect(problem('status', '--port', '1')).toBe('gatehouse status takes no --port');
    expect(problem('token', 'show', '--json')).toBe('gatehouse token show takes no --json');
  });

  it('refuses numbers that are none or out of range', () => {
    for (const text of ['65536', '-1', '1.5', '0x10', '', 'http'])
      expect(problem('serve', `--port=${text}`)).toContain('--port takes a whole number');
    expect(problem('token', 'rotate', '--grace', '86400001')).toContain('--grace');
  });

  it('does not let a leaked token live on', () => {
    expect(problem('token', 'rotate', '--leaked', '--grace', '1000')).toContain('no --grace');
  });

  it('never repeats a token that was typed as an argument', () => {
    expect(problem('token', 'adopt', 'my-very-secret-token-value')).not.toContain('my-very-secret');
    expect(problem('token', 'my-very-secret-token-value')).not.toContain('my-very-secret');
  });
});
