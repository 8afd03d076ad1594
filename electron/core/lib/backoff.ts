// Capped exponential delay with jitter. Pure: randomness comes in as an argument.

export interface BackoffPolicy {
  readonly initialMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** 0.25 spreads the delay over ±25 %. */
  readonly jitter: number;
}

/** Delay before attempt `attempt` (1 = first retry); `unit` is uniform in [0, 1). Never above `maxMs`. */
export function backoffDelayMs(policy: BackoffPolicy, attempt: number, unit: number): number {
  const base = Math.min(policy.maxMs, policy.initialMs * policy.factor ** Math.max(0, attempt - 1));
  const spread = base * policy.jitter * (2 * unit - 1);
  return Math.min(policy.maxMs, Math.max(0, Math.round(base + spread)));
}
