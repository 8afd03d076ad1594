// Pure decisions behind the headline: one verdict out of one snapshot, worst first, and the marks of the
// gateway's states. Claims nothing that the self-check has not proven.

import type { GatewayState, ProbeFact, ProbeReport, StatusSnapshot } from '../../../shared/model/status';
import type { I18n } from '../../i18n/t';
import type { Shape, Tone } from '../../ui/status-mark';
import { channelTotals } from '../channels/channels-view';

export interface Mark {
  readonly tone: Tone;
  readonly shape: Shape;
}

export const GATEWAY_MARKS: Readonly<Record<GatewayState, Mark>> = {
  listening: { tone: 'ok', shape: 'tick' },
  starting: { tone: 'info', shape: 'ring' },
  stopping: { tone: 'info', shape: 'ring' },
  stopped: { tone: 'muted', shape: 'hollow' },
  'port-taken': { tone: 'warn', shape: 'triangle' },
  locked: { tone: 'warn', shape: 'key' },
  failed: { tone: 'bad', shape: 'cross' },
};

export const FACT_MARKS: Readonly<Record<ProbeFact, Mark>> = {
  ok: { tone: 'ok', shape: 'tick' },
  failed: { tone: 'bad', shape: 'cross' },
  'not-run': { tone: 'muted', shape: 'dash' },
};

export const PROBE_FACTS = ['portOpen', 'protocol', 'credential', 'scope'] as const;
export type ProbeFactName = (typeof PROBE_FACTS)[number];

export function firstFailedFact(report: ProbeReport | undefined): ProbeFactName | undefined {
  return report && PROBE_FACTS.find((fact) => report[fact] === 'failed');
}

export function allFactsOk(report: ProbeReport | undefined): boolean {
  return report !== undefined && PROBE_FACTS.every((fact) => report[fact] === 'ok');
}

/** A proof is old once three checks in a row should have replaced it. The tray says the same. */
export function isStale(snapshot: StatusSnapshot, now: number): boolean {
  const { last, intervalMs } = snapshot.probe;
  return last !== undefined && now - last.at > 3 * intervalMs;
}

export type VerdictKind =
  | 'loading'
  | 'locked'
  | 'port-taken'
  | 'failed'
  | 'stopped'
  | 'starting'
  | 'stopping'
  | 'proving'
  | 'probe-failed'
  | 'stale'
  | 'log-unwritable'
  | 'internal-refused'
  | 'pairing'
  | 'channels'
  | 'good';

export type Verdict =
  | { readonly kind: Exclude<VerdictKind, 'probe-failed'> }
  | { readonly kind: 'probe-failed'; readonly fact: ProbeFactName };

const VERDICT_MARKS: Readonly<Record<VerdictKind, Mark>> = {
  loading: { tone: 'info', shape: 'ring' },
  locked: { tone: 'warn', shape: 'key' },
  'port-taken': { tone: 'warn', shape: 'triangle' },
  failed: { tone: 'bad', shape: 'cross' },
  stopped: { tone: 'muted', shape: 'hollow' },
  starting: { tone: 'info', shape: 'ring' },
  stopping: { tone: 'info', shape: 'ring' },
  proving: { tone: 'info', shape: 'ring' },
  'probe-failed': { tone: 'bad', shape: 'cross' },
  stale: { tone: 'muted', shape: 'question' },
  'log-unwritable': { tone: 'warn', shape: 'triangle' },
  'internal-refused': { tone: 'warn', shape: 'triangle' },
  pairing: { tone: 'warn', shape: 'key' },
  channels: { tone: 'warn', shape: 'triangle' },
  good: { tone: 'ok', shape: 'tick' },
};

export function verdictMark(verdict: Verdict): Mark {
  return VERDICT_MARKS[verdict.kind];
}

/** The worst thing that is true. */
export function verdictOf(snapshot: StatusSnapshot | undefined, now: number): Verdict {
  if (!snapshot) return { kind: 'loading' };
  const { gateway, credential, probe } = snapshot;
  if (credential.state === 'locked' || gateway.state === 'locked') return { kind: 'locked' };
  if (gateway.state !== 'listening') return { kind: gateway.state };
  const failed = firstFailedFact(probe.last);
  if (failed) return { kind: 'probe-failed', fact: failed };
  // A report from before this start of the gateway proves nothing about it.
  if (!allFactsOk(probe.last) || (probe.last && probe.last.at < gateway.since)) return { kind: 'proving' };
  if (isStale(snapshot, now)) return { kind: 'stale' };
  if (!snapshot.counters.authLogWritable) return { kind: 'log-unwritable' };
  if (snapshot.pendingDevices > 0) return { kind: 'pairing' };
  if (channelTotals(snapshot.channels).attention > 0) return { kind: 'channels' };
  if (probe.internalRefusals > 0) return { kind: 'internal-refused' };
  return { kind: 'good' };
}

export interface VerdictText {
  readonly title: string;
  readonly next: string;
}

export function verdictText(
  verdict: Verdict,
  snapshot: StatusSnapshot | undefined,
  i18n: I18n,
  now: number,
): VerdictText {
  const { t } = i18n;
  if (!snapshot) return { title: t('verdict.loading'), next: t('verdict.next.loading') };
  const { gateway, probe, counters } = snapshot;
  const age = probe.lastOkAt === undefined ? t('common.never') : i18n.age(probe.lastOkAt, now);
  switch (verdict.kind) {
    case 'probe-failed':
      return {
        title: t(`verdict.probe-failed.${verdict.fact}`),
        next: t('verdict.next.probe-failed', { error: probe.last?.error ?? '' }),
      };
    case 'port-taken':
      return {
        title: t('verdict.port-taken', { port: String(gateway.port) }),
        next: t('verdict.next.port-taken'),
      };
    case 'failed':
      return { title: t('verdict.failed'), next: t('verdict.next.failed', { error: gateway.error ?? '' }) };
    case 'stale':
      return { title: t('verdict.stale'), next: t('verdict.next.stale', { age }) };
    case 'internal-refused':
      return {
        title: t('verdict.internal-refused'),
        next: t('verdict.next.internal-refused', { count: probe.internalRefusals }),
      };
    case 'pairing':
      return {
        title: t('verdict.pairing', { count: snapshot.pendingDevices }),
        next: t('verdict.next.pairing'),
      };
    case 'channels': {
      const { attention } = channelTotals(snapshot.channels);
      return { title: t('verdict.channels', { count: attention }), next: t('verdict.next.channels') };
    }
    case 'good':
      return {
        title: t('verdict.good'),
        next:
          counters.refused24h > 0
            ? t('verdict.next.good-refused', { age, count: counters.refused24h })
            : t('verdict.next.good', { age }),
      };
    default:
      return { title: t(`verdict.${verdict.kind}`), next: t(`verdict.next.${verdict.kind}`) };
  }
}
