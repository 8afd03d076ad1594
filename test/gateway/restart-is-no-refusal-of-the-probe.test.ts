// A restart that lands inside a probe must not be counted as a refusal of our own credential.

import { expect, it } from 'vitest';
import type { CallStep } from '../../electron/core/probe/gateway-client';
import { startTestCore } from '../helpers/test-core';

it.each(['dial', 'open', 'challenge', 'sent', 'accepted'] satisfies CallStep[])(
  'is green again after a restart at step %s, with no internal refusal',
  async (point) => {
    let armed = false;
    let restarted: Promise<unknown> | undefined;
    const core = await startTestCore({
      onProbeStep: (step) => {
        if (!armed || step !== point) return;
        armed = false;
        restarted = core.gateway.restart();
      },
    });
    await core.probe.run('demand');
    armed = true;
    const report = await core.probe.run('demand');
    await restarted;
    expect(report.credential).not.toBe('failed');
    expect((await core.probe.run('demand')).error).toBeUndefined();
    expect(core.probe.status().internalRefusals).toBe(0);
  },
);
