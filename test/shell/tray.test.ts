import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../electron/core/lib/logger-port';
import { menuTemplate, TrayPresenter } from '../../electron/shell/tray';
import { type TrayView, trayView } from '../../electron/shell/tray-view';
import { FakeClock } from '../helpers/fake-clock';
import { SNAPSHOT_AT, statusSnapshot } from '../helpers/status-snapshot';

function setUp(options: { readonly failing?: boolean } = {}) {
  const clock = new FakeClock();
  const shown: TrayView[] = [];
  let created = 0;
  let destroyed = 0;
  let tooltip = 'first';
  const tray = new TrayPresenter({
    create: () => {
      if (options.failing) throw new Error('no tray here');
      created += 1;
      return {
        show: (view) => {
          shown.push(view);
        },
        destroy: () => {
          destroyed += 1;
        },
      };
    },
    view: () => ({ ...trayView(statusSnapshot(), 'en', SNAPSHOT_AT), tooltip }),
    clock,
    logger: silentLogger,
  });
  return {
    clock,
    shown,
    tray,
    counts: () => ({ created, destroyed }),
    setTooltip: (text: string) => {
      tooltip = text;
    },
  };
}

describe('TrayPresenter', () => {
  it('draws nothing when the view is the same', () => {
    const { clock, shown, tray } = setUp();
    tray.start();
    clock.advance(10_000);
    tray.changed();
    tray.changed();
    clock.advance(10_000);
    expect(shown).toHaveLength(1);
  });

  it('draws at most twice a second when the state flaps a hundred times a second, and ends on the last state', () => {
    const { clock, shown, tray, setTooltip } = setUp();
    tray.start();
    for (let step = 1; step <= 500; step += 1) {
      setTooltip(`state ${step}`);
      tray.changed();
      clock.advance(10);
    }
    clock.advance(500);
    // 5 s of flapping: the first draw, ten intervals, and the one that settles it.
    expect(shown.length).toBeLessThanOrEqual(12);
    expect(shown.at(-1)?.tooltip).toBe('state 500');
  });

  it('shows a change that comes after a quiet time at once', () => {
    const { clock, shown, tray, setTooltip } = setUp();
    tray.start();
    clock.advance(501);
    setTooltip('second');
    tray.changed();
    expect(shown.map((view) => view.tooltip)).toEqual(['first', 'second']);
  });

  it('registers anew and draws again when the tray host was restarted', () => {
    const { shown, tray, counts } = setUp();
    tray.start();
    tray.recreate();
    expect(counts()).toEqual({ created: 2, destroyed: 1 });
    expect(shown).toHaveLength(2);
  });

  it('leaves no timer behind and draws nothing after stop', () => {
    const { clock, shown, tray, setTooltip } = setUp();
    tray.start();
    setTooltip('late');
    tray.changed();
    tray.stop();
    tray.changed();
    clock.advance(1_000);
    expect([shown.length, clock.pendingTimers]).toEqual([1, 0]);
  });

  it('lets the app live on a desktop that cannot make an icon', () => {
    const { tray } = setUp({ failing: true });
    expect(() => {
      tray.start();
      tray.changed();
      tray.stop();
    }).not.toThrow();
  });
});

describe('menuTemplate', () => {
  it('keeps ampersands visible and hands the item its action', () => {
    const actions: unknown[] = [];
    const [item] = menuTemplate([{ type: 'item', label: 'A & B', action: { kind: 'quit' } }], (action) =>
      actions.push(action),
    );
    expect(item?.label).toBe('A && B');
    (item!.click as () => void)();
    expect(actions).toEqual([{ kind: 'quit' }]);
  });
});
