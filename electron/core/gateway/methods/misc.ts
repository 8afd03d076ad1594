// System events, heartbeat, stability (protocol sections 5.1 and 5.5), and honest answers about what this gateway
// has none of: agents, sessions, nodes, models, skills (5.6–5.8). Empty lists, never invented entries.

import type { MethodParams } from '../../../../shared/protocol/methods';
import type { miscMethods } from '../../../../shared/protocol/methods/misc';
import type { Clock } from '../../lib/clock';
import { ok } from '../../lib/result';
import type { Presence } from '../presence';
import type { StabilityLog } from '../stability-log';
import type { SystemEvents } from '../system-events';
import type { MethodHandler } from './method-registry';

export interface MiscDeps {
  readonly clock: Clock;
  readonly presence: Presence;
  readonly stability: StabilityLog;
  readonly systemEvents: SystemEvents;
  /** Presence is another now and everybody should hear of it. */
  readonly onPresence: () => void;
}

export const DEFAULT_AGENT = 'main';

export function miscHandlers(deps: MiscDeps): { readonly [K in keyof typeof miscMethods]: MethodHandler<K> } {
  const { clock, presence, stability, systemEvents } = deps;
  return {
    'system-event': (params) => {
      // Devices say where they are with lines that begin so, every few minutes: news of presence, not events.
      if (!params.text.startsWith('Node:')) systemEvents.add(params.text, 'next-heartbeat');
      if (presence.note(presenceNote(params))) deps.onPresence();
      return ok({ ok: true });
    },
    wake: ({ mode, text }) => {
      systemEvents.add(text, mode);
      return ok({ ok: true });
    },
    'last-heartbeat': () => ok(systemEvents.lastHeartbeat ?? null),
    'diagnostics.stability': (params) => ok(stability.snapshot(params ?? {})),
    'agents.list': () =>
      ok({ defaultId: DEFAULT_AGENT, mainKey: DEFAULT_AGENT, scope: 'per-sender', agents: [] }),
    'sessions.list': () =>
      ok({
        ts: clock.now(),
        path: '',
        count: 0,
        defaults: { modelProvider: null, model: null, contextTokens: null },
        sessions: [],
      }),
    'node.list': () => ok({ ts: clock.now(), nodes: [] }),
    'models.list': () => ok({ models: [] }),
    'skills.status': () => ok({ workspaceDir: '', managedSkillsDir: '', skills: [] }),
  };
}

/** The params are open: what is not named here goes no further. */
function presenceNote(params: MethodParams<'system-event'>) {
  const { text, deviceId, instanceId, host, ip, mode, version, platform } = params;
  const { deviceFamily, modelIdentifier, reason, lastInputSeconds, tags, roles, scopes } = params;
  return {
    text,
    deviceId,
    instanceId,
    host,
    ip,
    mode,
    version,
    platform,
    deviceFamily,
    modelIdentifier,
    reason,
    lastInputSeconds,
    tags,
    roles,
    scopes,
  };
}
