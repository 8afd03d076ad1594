// Measures how late the process's own event loop runs. The gateway shares its thread with window and tray, so
// the panel shows this figure and /ready reports it; nothing here may itself block.

import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Clock } from '../lib/clock';
import type { Disposable } from '../lib/disposable';

export interface EventLoopSample {
  readonly degraded: boolean;
  readonly reasons: readonly string[];
  readonly intervalMs: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly utilization: number;
  readonly cpuCoreRatio: number;
}

const INTERVAL_MS = 10_000;
const RESOLUTION_MS = 20;
const DEGRADED_P99_MS = 250;

export class EventLoopMonitor {
  readonly #clock: Clock;
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #timer: Disposable | undefined;
  #cpu = process.cpuUsage();
  #utilization = performance.eventLoopUtilization();
  #sampledMs: number;
  #last: EventLoopSample = {
    degraded: false,
    reasons: [],
    intervalMs: INTERVAL_MS,
    delayP99Ms: 0,
    delayMaxMs: 0,
    utilization: 0,
    cpuCoreRatio: 0,
  };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sampledMs = clock.monotonicMs();
  }

  start(onSample: (sample: EventLoopSample) => void): void {
    if (this.#timer !== undefined) return;
    this.#histogram.enable();
    this.#timer = this.#clock.setInterval(() => onSample(this.#sample()), INTERVAL_MS);
  }

  stop(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#histogram.disable();
  }

  get last(): EventLoopSample {
    return this.#last;
  }

  #sample(): EventLoopSample {
    const nowMs = this.#clock.monotonicMs();
    const elapsedMs = Math.max(1, nowMs - this.#sampledMs);
    this.#sampledMs = nowMs;
    // The histogram counts the timer's own period; what is above it is delay.
    const delayMs = (nanoseconds: number) => Math.max(0, round(nanoseconds / 1e6 - RESOLUTION_MS));
    const empty = this.#histogram.count === 0;
    const delayP99Ms = empty ? 0 : delayMs(this.#histogram.percentile(99));
    const delayMaxMs = empty ? 0 : delayMs(this.#histogram.max);
    this.#histogram.reset();
    const cpu = process.cpuUsage(this.#cpu);
    this.#cpu = process.cpuUsage();
    const utilization = performance.eventLoopUtilization(this.#utilization).utilization;
    this.#utilization = performance.eventLoopUtilization();
    const degraded = delayP99Ms > DEGRADED_P99_MS;
    this.#last = {
      degraded,
      reasons: degraded ? ['event_loop_delay'] : [],
      intervalMs: Math.round(elapsedMs),
      delayP99Ms,
      delayMaxMs,
      utilization: round(utilization),
      cpuCoreRatio: round((cpu.user + cpu.system) / 1000 / elapsedMs),
    };
    return this.#last;
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
