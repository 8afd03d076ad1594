// Which of the nine words of the product a channel account gets, and which word wins in a roll-up.
// Called by core's status projection (the renderer reads the finished word). Pure; no clock, no I/O.

import { assertNever } from '../assert-never';
import type { ChannelAccountStatus, ChannelWord, FailureClass } from './channel';

export type ChannelWordInput = Pick<
  ChannelAccountStatus,
  'phase' | 'connected' | 'evidence' | 'lastError' | 'warnings'
>;

/**
 * `off` is a choice and true whatever the gateway does; every other word is a claim about the wire that
 * nobody can make while the gateway is down, so it becomes `unknown` and never "broken".
 */
export function channelWord(status: ChannelWordInput, gatewayUp: boolean): ChannelWord {
  if (status.phase === 'disabled') return 'off';
  if (!gatewayUp) return 'unknown';
  switch (status.phase) {
    case 'unconfigured':
      return 'action-needed';
    case 'starting':
    case 'authenticating':
    case 'connecting':
      return 'connecting';
    case 'backoff':
      return 'retrying';
    case 'blocked':
      return needsPerson(status.lastError?.class) ? 'action-needed' : 'disconnected';
    case 'stopping':
    case 'stopped':
      return 'off';
    case 'ready':
      return readyWord(status);
    default:
      return assertNever(status.phase);
  }
}

/** Something that a person can put right, here or at the vendor. */
function needsPerson(failureClass: FailureClass | undefined): boolean {
  return failureClass === 'auth' || failureClass === 'config' || failureClass === 'permission';
}

function readyWord({ connected, evidence, lastError, warnings }: ChannelWordInput): ChannelWord {
  if (connected === false) return 'disconnected';
  if (warnings.length > 0) return 'degraded';
  if (lastError !== undefined && (evidence === undefined || lastError.at > evidence.at)) return 'degraded';
  return evidence === undefined ? 'not-checked' : 'connected';
}

/** Worst first. `off` is last: a channel that someone switched off says nothing about the others. */
const SEVERITY: readonly ChannelWord[] = [
  'disconnected',
  'action-needed',
  'degraded',
  'retrying',
  'unknown',
  'connecting',
  'not-checked',
  'connected',
  'off',
];

/** The word for several accounts together; `off` when there is none. */
export function worstWord(words: readonly ChannelWord[]): ChannelWord {
  return SEVERITY.find((word) => words.includes(word)) ?? 'off';
}
