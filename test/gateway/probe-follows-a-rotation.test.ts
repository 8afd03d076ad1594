// A rotation that lands while the probe is under way: what that probe has seen may be of the old credential, so
// another one follows and its report is the last word (REL-26).

import { expect, it } from 'vitest';
import { startTestCore } from '../helpers/test-core';
import { eventually } from './eventually';

it.each(['dial', 'challenge', 'leased', 'sent', 'accepted'] as const)(
  'at "%s" of a probe is probed again with the new token',
  async (point) => {
    let rotation: Promise<unknown> | undefined;
    let armed = false;
    const core = await startTestCore({
      onProbeStep: (step) => {
        if (!armed || step !== point) return;
        armed = false;
        rotation = core.tokens.rotate({ reason: 'routine', graceMs: 0, by: 'panel' });
      },
    });
    await core.probe.run('demand');
    const before = core.attempts({ internal: true }).length;
    armed = true;
    const first = await core.probe.run('demand');
    expect(first.trigger).toBe('demand');
    await rotation;
    await eventually(() => core.probe.status().last?.trigger === 'rotation' && !core.probe.status().running);
    expect(core.probe.status().last).toMatchObject({ credential: 'ok', scope: 'ok', generation: 2 });
    expect(core.attempts({ internal: true }).length - before).toBeGreaterThanOrEqual(2);
    expect(core.probe.status().internalRefusals).toBe(0);
  },
);
