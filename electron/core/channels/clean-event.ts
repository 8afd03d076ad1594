// Takes secrets and control characters out of every text that an adapter puts into an account's state: such texts
// may quote what a peer sent. Pure; called by account-supervisor for each event.

import type { ChannelIdentity, ChannelProbeResult } from '../../../shared/model/channel';
import type { AccountEvent } from './account-state';
import type { EpochFailure } from './channel-adapter';

type Clean = (text: string) => string;

export function cleanEvent(event: AccountEvent, clean: Clean): AccountEvent {
  switch (event.type) {
    case 'failed':
    case 'rejected':
    case 'warned':
      return { ...event, failure: cleanFailure(event.failure, clean) };
    case 'epoch-closed':
      return { ...event, reason: clean(event.reason) };
    case 'warning-cleared':
      return { ...event, code: cleanCode(event.code, clean) };
    case 'activity':
      return { ...event, evidence: clean(event.evidence) };
    case 'ready': {
      const { evidence, identity } = event;
      return {
        ...event,
        mode: clean(event.mode),
        ...(evidence === undefined ? {} : { evidence: clean(evidence) }),
        ...(identity === undefined ? {} : { identity: cleanIdentity(identity, clean) }),
      };
    }
    case 'probed':
      return { ...event, result: cleanProbe(event.result, clean) };
    default:
      return event;
  }
}

export function cleanFailure(failure: EpochFailure, clean: Clean): EpochFailure {
  const { class: failureClass, code, message, fix, retryAfterMs, terminal } = failure;
  // By name: what else an adapter passes along, as a vendor's headers, has no place in a state.
  return {
    class: failureClass,
    ...(code === undefined ? {} : { code: cleanCode(code, clean) }),
    message: clean(message),
    ...(fix === undefined ? {} : { fix: clean(fix) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(terminal === undefined ? {} : { terminal }),
  };
}

export function cleanProbe(result: ChannelProbeResult, clean: Clean): ChannelProbeResult {
  const { error, fix, field, note, identity } = result;
  return {
    ...result,
    ...(error === undefined ? {} : { error: clean(error) }),
    ...(fix === undefined ? {} : { fix: clean(fix) }),
    ...(field === undefined ? {} : { field: clean(field) }),
    ...(note === undefined ? {} : { note: clean(note) }),
    ...(identity === undefined ? {} : { identity: cleanIdentity(identity, clean) }),
  };
}

function cleanIdentity({ id, name }: ChannelIdentity, clean: Clean): ChannelIdentity {
  return {
    ...(id === undefined ? {} : { id: clean(id) }),
    ...(name === undefined ? {} : { name: clean(name) }),
  };
}

/** Often the vendor's own word. */
function cleanCode(code: string | number, clean: Clean): string | number {
  return typeof code === 'string' ? clean(code) : code;
}
