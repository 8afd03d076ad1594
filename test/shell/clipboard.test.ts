import { describe, expect, it } from 'vitest';
import { Secret } from '../../electron/core/lib/secret';
import { ClipboardGuard } from '../../electron/shell/clipboard';
import { FakeClock } from '../helpers/fake-clock';

function setUp() {
  const clock = new FakeClock();
  const board = {
    text: '',
    readText: () => board.text,
    writeText: (text: string) => {
      board.text = text;
    },
    clear: () => {
      board.text = '';
    },
  };
  return { clock, board, guard: new ClipboardGuard({ clipboard: board, clock }) };
}

describe('ClipboardGuard', () => {
  it('takes a secret back after a minute, not before', async () => {
    const { clock, board, guard } = setUp();
    const { clearsAt } = await guard.putSecret(new Secret('token'));
    expect(clearsAt).toBe(clock.now() + 60_000);
    await clock.advanceAsync(59_999);
    expect(board.text).toBe('token');
    await clock.advanceAsync(1);
    expect([board.text, clock.pendingTimers]).toEqual(['', 0]);
  });

  it('leaves alone what the user copied meanwhile', async () => {
    const { clock, board, guard } = setUp();
    await guard.putSecret(new Secret('token'));
    board.text = 'a shopping list';
    await clock.advanceAsync(60_000);
    expect(board.text).toBe('a shopping list');
  });

  it('gives a second copy its own whole minute', async () => {
    const { clock, board, guard } = setUp();
    await guard.putSecret(new Secret('one'));
    await clock.advanceAsync(30_000);
    await guard.putSecret(new Secret('two'));
    await clock.advanceAsync(30_000);
    expect(board.text).toBe('two');
    await clock.advanceAsync(30_000);
    expect(board.text).toBe('');
  });

  it('takes a secret back at quit, and nothing that is not its own', async () => {
    const { clock, board, guard } = setUp();
    await guard.putSecret(new Secret('token'));
    await guard.takeBack();
    expect([board.text, clock.pendingTimers]).toEqual(['', 0]);
    board.text = 'mine';
    await guard.takeBack();
    expect(board.text).toBe('mine');
  });

  it('reads without the line break of a terminal', async () => {
    const { board, guard } = setUp();
    board.text = '  token\n';
    expect(await guard.readText()).toBe('token');
  });
});
