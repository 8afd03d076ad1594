// `health` and `status` (protocol section 5.1), honest about what this gateway has none of: agents, sessions,
// heartbeats. The health answer is encoded once and reused until a channel changes or a minute has passed.

import { hasScope } from '../../../../shared/protocol/scopes';
import type { ChannelManager } from '../../channels/channel-manager';
import { healthChannels } from '../../channels/channels-status-view';
import type { Clock } from '../../lib/clock';
import { ok } from '../../lib/result';
import { EncodedJson } from '../frame-codec';
import type { SystemEvents } from '../system-events';
import type { MethodHandler } from './method-registry';
import { DEFAULT_AGENT } from './misc';

const CACHE_MS = 60_000;
const PROBE_TIMEOUT_MS = 10_000;

export class HealthCache {
  readonly #channels: ChannelManager;
  readonly #clock: Clock;
  #encoded: EncodedJson | undefined;
  #value: unknown;
  #builtMs = 0;
  #version = 0;

  constructor(options: { readonly channels: ChannelManager; readonly clock: Clock }) {
    this.#channels = options.channels;
    this.#clock = options.clock;
  }

  /** `stateVersion.health` on the wire. */
  get version(): number {
    return this.#version;
  }

  invalidate(): void {
    this.#encoded = undefined;
    this.#version += 1;
  }

  value(): unknown {
    this.encoded();
    return this.#value;
  }

  encoded(): EncodedJson {
    const nowMs = this.#clock.monotonicMs();
    if (this.#encoded === undefined || nowMs - this.#builtMs > CACHE_MS) {
      this.#value = this.#build();
      this.#encoded = new EncodedJson(JSON.stringify(this.#value));
      this.#builtMs = nowMs;
    }
    return this.#encoded;
  }

  #build(): unknown {
    const startedMs = this.#clock.monotonicMs();
    const summary = healthChannels(this.#channels.statuses(), this.#channels.metas);
    return {
      ok: true,
      ts: this.#clock.now(),
      durationMs: Math.round(this.#clock.monotonicMs() - startedMs),
      ...summary,
      heartbeatSeconds: 0,
      defaultAgentId: DEFAULT_AGENT,
      agents: [],
      sessions: { path: '', count: 0, recent: [] },
    };
  }
}

export function healthMethod(cache: HealthCache, channels: ChannelManager): MethodHandler<'health'> {
  return (params, caller) => {
    // Anybody may ask for the state; making every vendor be asked takes the scope of channels.status.
    const mayProbe = hasScope(caller.principal.scopes, 'operator.read');
    if (params?.probe !== true || !mayProbe) return ok(cache.encoded());
    return channels.probe({ timeoutMs: PROBE_TIMEOUT_MS }).then(() => {
      cache.invalidate();
      return ok(cache.encoded());
    });
  };
}

const TASK_STATES = ['queued', 'running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'lost'] as const;
const TASK_RUNTIMES = ['subagent', 'acp', 'cli', 'cron'] as const;

export function statusMethod(
  version: string,
  channels: ChannelManager,
  systemEvents: SystemEvents,
): MethodHandler<'status'> {
  const zeros = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 0]));
  return (params) =>
    ok({
      runtimeVersion: version,
      heartbeat: { defaultAgentId: DEFAULT_AGENT, agents: [] },
      channelSummary:
        params?.includeChannelSummary === false
          ? []
          : channels.statuses().map((account) => `${account.label} ${account.accountId}: ${account.word}`),
      queuedSystemEvents: systemEvents.queued,
      tasks: {
        total: 0,
        active: 0,
        terminal: 0,
        failures: 0,
        byStatus: zeros(TASK_STATES),
        byRuntime: zeros(TASK_RUNTIMES),
      },
      taskAudit: { total: 0, warnings: 0, errors: 0, byCode: {} },
      sessions: {
        paths: [],
        count: 0,
        defaults: { model: null, contextTokens: null },
        recent: [],
        byAgent: [],
      },
    });
}
