// A whole StatusSnapshot in which everything is fine and proven; tests change the part they are about.

import type { ChannelAccountStatus } from '../../shared/model/channel';
import type { ProbeReport, StatusSnapshot } from '../../shared/model/status';

export const SNAPSHOT_AT = Date.UTC(2026, 0, 1, 12, 0);

export function probeReport(change: Partial<ProbeReport> = {}): ProbeReport {
  return {
    at: SNAPSHOT_AT - 1_000,
    durationMs: 12,
    trigger: 'schedule',
    portOpen: 'ok',
    protocol: 'ok',
    credential: 'ok',
    scope: 'ok',
    generation: 1,
    retried: false,
    ...change,
  };
}

export function channelStatus(change: Partial<ChannelAccountStatus> = {}): ChannelAccountStatus {
  return {
    channel: 'webhook',
    label: 'Webhook',
    accountId: 'default',
    enabled: true,
    configured: true,
    phase: 'ready',
    word: 'connected',
    credentialSource: 'store',
    problems: [],
    reconnectAttempts: 0,
    warnings: [],
    canSend: false,
    received: 0,
    rejected: 0,
    ...change,
  };
}

export function statusSnapshot(change: Partial<StatusSnapshot> = {}): StatusSnapshot {
  return {
    seq: 1,
    at: SNAPSHOT_AT,
    version: '0.0.0',
    startedAt: SNAPSHOT_AT - 60_000,
    gateway: {
      state: 'listening',
      url: 'ws://127.0.0.1:18789',
      host: '127.0.0.1',
      port: 18789,
      since: SNAPSHOT_AT - 50_000,
      clients: 0,
    },
    credential: {
      state: 'ready',
      generation: 1,
      fingerprint: '0123456789ab',
      since: SNAPSHOT_AT - 60_000,
      origin: 'generated',
      backend: 'plain',
      past: [],
    },
    probe: { running: false, intervalMs: 60_000, internalRefusals: 0, last: probeReport() },
    channels: [],
    pendingDevices: 0,
    counters: { accepted24h: 0, refused24h: 0, authLogGap: 0, authLogWritable: true },
    eventLoopDelayP99Ms: 1,
    notices: [],
    ...change,
  };
}
