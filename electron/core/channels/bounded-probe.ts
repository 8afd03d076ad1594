// Asks one probe and waits no longer than its deadline, whatever the adapter does. Called by account-supervisor and
// by account-editor (the check before saving).

import type { ChannelProbeResult } from '../../../shared/model/channel';
import type { Clock } from '../lib/clock';
import type { ProbeOutcome } from './channel-adapter';

export interface BoundedProbeOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Its signal is the probe's own; aborted by us at the deadline, by others to cancel. */
  readonly controller: AbortController;
}

/** Never rejects. `cancelled`: somebody else aborted it, and there is no result. */
export async function boundedProbe(
  ask: () => Promise<ProbeOutcome>,
  { clock, timeoutMs, controller }: BoundedProbeOptions,
): Promise<ChannelProbeResult | 'cancelled'> {
  const startedAt = clock.monotonicMs();
  const { signal } = controller;
  let timedOut = false;
  const outcome = await new Promise<ProbeOutcome>((resolve) => {
    const timer = clock.setTimeout(() => {
      timedOut = true;
      controller.abort();
    }, timeoutMs);
    const finish = (result: ProbeOutcome) => {
      timer.dispose();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => finish({ ok: false, error: `no answer within ${timeoutMs} ms` });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    ask().then(finish, (error: unknown) => {
      finish({ ok: false, error: error instanceof Error ? error.message : String(error) });
    });
  });
  if (signal.aborted && !timedOut) return 'cancelled';
  return {
    ...outcome,
    elapsedMs: Math.round(clock.monotonicMs() - startedAt),
    at: clock.now(),
    ...(timedOut ? { timedOut } : {}),
  };
}
