// Boils a status snapshot down to the one thing that the tray must say, worst first. Pure. `fine` needs a dated
// proof: all four facts of the internal probe, and recent. Used by tray-view only.

import { assertNever } from '../../shared/assert-never';
import type { ChannelAccountStatus, ChannelWord } from '../../shared/model/channel';
import type { PortOwner, ProbeFact, ProbeReport, StatusSnapshot } from '../../shared/model/status';
import type { CredentialStatus } from '../../shared/model/token';

export type ProbedFact = 'portOpen' | 'protocol' | 'credential' | 'scope';
export type LockReason = Extract<CredentialStatus, { state: 'locked' }>['reason'];
export type ChannelTrouble = Extract<ChannelWord, 'action-needed' | 'degraded' | 'disconnected' | 'retrying'>;

export type TrayHealth =
  | { readonly kind: 'locked'; readonly reason: LockReason | undefined }
  | { readonly kind: 'port-taken'; readonly port: number; readonly owner: PortOwner | undefined }
  | { readonly kind: 'failed'; readonly error: string | undefined }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'stopping' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'credential-starting' }
  | { readonly kind: 'never-checked' }
  | { readonly kind: 'check-failed'; readonly fact: ProbedFact; readonly error: string | undefined }
  | { readonly kind: 'check-incomplete'; readonly fact: ProbedFact }
  | { readonly kind: 'check-stale'; readonly at: number }
  | { readonly kind: 'auth-log-unwritable' }
  | { readonly kind: 'pairing'; readonly count: number }
  | { readonly kind: 'channels'; readonly count: number }
  | { readonly kind: 'fine'; readonly provenAt: number };

const FACTS: readonly ProbedFact[] = ['portOpen', 'protocol', 'credential', 'scope'];
/** A proof is old once three checks in a row should have replaced it. */
const STALE_INTERVALS = 3;

/** `now`: epoch ms, to judge the age of the proof. */
export function trayHealth(snapshot: StatusSnapshot, now: number): TrayHealth {
  const { gateway, credential } = snapshot;
  if (credential.state === 'locked') return { kind: 'locked', reason: credential.reason };
  switch (gateway.state) {
    case 'locked':
      return { kind: 'locked', reason: undefined };
    case 'port-taken':
      return { kind: 'port-taken', port: gateway.port, owner: gateway.portOwner };
    case 'failed':
      return { kind: 'failed', error: gateway.error };
    case 'stopped':
    case 'stopping':
    case 'starting':
      return { kind: gateway.state };
    case 'listening':
      return credential.state === 'starting'
        ? { kind: 'credential-starting' }
        : whileListening(snapshot, now);
    default:
      return assertNever(gateway.state);
  }
}

function whileListening(snapshot: StatusSnapshot, now: number): TrayHealth {
  const { probe, counters } = snapshot;
  if (!probe.last) return { kind: 'never-checked' };
  const failed = firstFact(probe.last, 'failed');
  if (failed) return { kind: 'check-failed', fact: failed, error: probe.last.error };
  const notRun = firstFact(probe.last, 'not-run');
  if (notRun) return { kind: 'check-incomplete', fact: notRun };
  if (now - probe.last.at > STALE_INTERVALS * probe.intervalMs)
    return { kind: 'check-stale', at: probe.last.at };
  if (!counters.authLogWritable) return { kind: 'auth-log-unwritable' };
  if (snapshot.pendingDevices > 0) return { kind: 'pairing', count: snapshot.pendingDevices };
  const count = snapshot.channels.filter((channel) => channelTrouble(channel)).length;
  return count > 0 ? { kind: 'channels', count } : { kind: 'fine', provenAt: probe.last.at };
}

function firstFact(report: ProbeReport, wanted: ProbeFact): ProbedFact | undefined {
  return FACTS.find((fact) => report[fact] === wanted);
}

/** What a person should look at; undefined for what works, is on its way, is off by choice or was never checked. */
export function channelTrouble(channel: ChannelAccountStatus): ChannelTrouble | undefined {
  switch (channel.word) {
    case 'action-needed':
    case 'degraded':
    case 'disconnected':
    case 'retrying':
      return channel.word;
    case 'connected':
    case 'connecting':
    case 'not-checked':
    case 'off':
    case 'unknown':
      return undefined;
    default:
      return assertNever(channel.word);
  }
}
