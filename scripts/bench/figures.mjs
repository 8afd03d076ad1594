// How the bench works out and writes its figures. Pure but for `costed`, which reads a process's clock.
import { processorMs } from './processes.mjs';

/**
 * One line of the result. `met` is absent where there is no target, or where the system does not tell the figure.
 * @typedef {{ name: string, value: string, target: string, met?: boolean, bare?: string }} Row
 */

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const ms = (value) => `${value < 10 ? value.toFixed(2) : whole(value)} ms`;
export const seconds = (value) => `${(value / 1_000).toFixed(1)} s`;
export const whole = (value) => Math.round(value).toLocaleString('en-US');
export const megabytes = (value) =>
  value === undefined ? 'not told by this system' : `${Math.round(value)} MB`;

/** `p50 / p99` of times. */
export const spread = (times) => `${ms(quantile(times, 0.5))} / ${ms(quantile(times, 0.99))}`;

/**
 * The job's result, with the processor time that the server spent on each thing done (steadier than a rate) and the
 * share of one core that it had meanwhile: well below 100 % it was not the server that was the bottleneck.
 */
export async function costed(load, job) {
  return withCost(job.pid, () => load.run(job));
}

export async function withCost(pid, work) {
  const startedAt = performance.now();
  const before = processorMs(pid);
  const result = await work();
  if (before === undefined) return result;
  const usedMs = processorMs(pid) - before;
  return {
    ...result,
    costMs: result.done > 0 ? usedMs / result.done : undefined,
    busy: usedMs / (performance.now() - startedAt),
  };
}

export const rate = ({ perSecond, costMs }) =>
  whole(perSecond) + (costMs === undefined ? '' : ` (${costMs.toFixed(2)} ms of processor each)`);

/** As `rate`, with how busy the server was: for loads that a generator can hardly make fast enough. */
export const busyRate = ({ perSecond, costMs, busy }) =>
  costMs === undefined
    ? whole(perSecond)
    : `${whole(perSecond)} (${costMs.toFixed(3)} ms each, ${Math.round(busy * 100)} % of a core)`;
