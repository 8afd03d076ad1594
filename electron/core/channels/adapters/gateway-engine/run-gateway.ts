// One epoch on a gateway of QQ's or Discord's kind: resumes where it can, else starts a session within the vendor's
// budget, then keeps the link until it is lost. Called by the adapters; what vendors do differently is in
// gateway-vendor. No retries but those that belong to one attempt: a dead session's successor, fewer intents.

import type { ChannelIdentity } from '../../../../../shared/model/channel';
import { delay } from '../../../lib/clock';
import type { EpochContext, EpochEnd, EpochFailure } from '../../channel-adapter';
import type { SocketClose, VendorSocket } from '../../net/channel-net';
import { isObject } from '../../net/failures';
import { refusedUpgrade } from '../../net/refused-upgrade';
import { OP } from './frames';
import { userIdentity } from './gateway-answers';
import { GatewayLink, type LinkEnd } from './gateway-link';
import { type GatewaySession, GatewaySessions } from './gateway-sessions';
import type { CloseMeaning, GatewayVendor } from './gateway-vendor';

const CONNECT_TIMEOUT_MS = 15_000;
/** Not 1000: that would end the session at the vendor. */
const CLOSE_CODE = 4000;

type Plan =
  | { readonly kind: 'resume'; readonly session: GatewaySession; readonly url: string }
  | { readonly kind: 'identify'; readonly url: string; readonly intents: number };

type Outcome =
  | EpochEnd
  | { readonly kind: 'session-gone' }
  | { readonly kind: 'intents-refused'; readonly failure: EpochFailure };

/** Settles within 600 ms of an abort. */
export async function runGateway(vendor: GatewayVendor, context: EpochContext): Promise<EpochEnd> {
  const { clock, random, signal, store } = context;
  const sessions = new GatewaySessions(store, clock, vendor.owner);
  const session = sessions.resumable();
  let pauseMs = 0;
  if (session !== undefined && vendor.followable(session.url)) {
    const outcome = await runLink(vendor, context, sessions, { kind: 'resume', session, url: session.url });
    if (isEnd(outcome)) return outcome;
    // Both vendors want it so after an invalid session.
    pauseMs = 1_000 + 4_000 * random.unit();
  }
  sessions.drop();
  while (true) {
    const info = await vendor.gateway();
    if (signal.aborted) return { kind: 'aborted' };
    if (!info.ok) return failed(info.error);
    const { url, intents: wishes, remaining, resetAfterMs } = info.value;
    if (!vendor.followable(url)) {
      const message = `${vendor.who} named an address that is not its own`;
      return failed({ class: 'protocol', code: 'foreign_address', message });
    }
    if (remaining !== undefined) context.sessionStartsLeft(remaining);
    if (remaining !== undefined && remaining <= vendor.sessionReserve) {
      return failed({
        class: 'rate_limited',
        code: 'session_budget',
        message: `${vendor.who} allows no more session starts for now (${remaining} left)`,
        fix: 'Wait. If this comes back, another program uses the same bot or restarts again and again.',
        ...(resetAfterMs === undefined ? {} : { retryAfterMs: resetAfterMs }),
      });
    }
    const step = Math.min(sessions.refused(), wishes.length - 1);
    const intents = wishes[step] ?? vendor.wantedIntents;
    const waitMs = Math.max(pauseMs, sessions.identifyInMs());
    if (waitMs > 0) await delay(clock, waitMs, signal);
    if (signal.aborted) return { kind: 'aborted' };
    pauseMs = 0;
    const outcome = await runLink(vendor, context, sessions, { kind: 'identify', url, intents });
    if (isEnd(outcome)) return outcome;
    if (outcome.kind === 'intents-refused') {
      const isLast = step + 1 >= wishes.length;
      // With nothing granted the next run asks for everything again: somebody may have granted it meanwhile.
      sessions.refuse(isLast ? 0 : step + 1);
      if (isLast) return failed(outcome.failure);
    }
  }
}

function isEnd(outcome: Outcome): outcome is EpochEnd {
  return outcome.kind === 'aborted' || outcome.kind === 'rotate' || outcome.kind === 'failed';
}

function failed(failure: EpochFailure): EpochEnd {
  return { kind: 'failed', failure };
}

/** One socket, one attempt to authenticate, and what follows until it ends. */
async function runLink(
  vendor: GatewayVendor,
  context: EpochContext,
  sessions: GatewaySessions,
  plan: Plan,
): Promise<Outcome> {
  const { clock, random, signal } = context;
  const token = await vendor.token();
  if (signal.aborted) return { kind: 'aborted' };
  if (!token.ok) return failed(token.error);
  context.phase('connecting');

  let socket: VendorSocket | undefined;
  // The greeting may come before the socket was handed over.
  const early: string[] = [];
  let wasReady = false;
  let self: ChannelIdentity = plan.kind === 'resume' ? plan.session.identity : {};
  let over: (end: LinkEnd) => void = () => undefined;
  const linkOver = new Promise<LinkEnd>((resolve) => {
    over = resolve;
  });
  const link = new GatewayLink({
    clock,
    random,
    who: vendor.who,
    resumeSeq: plan.kind === 'resume' ? plan.session.seq : null,
    authenticate() {
      if (plan.kind === 'resume') {
        return {
          op: OP.resume,
          d: { token: token.value, session_id: plan.session.id, seq: plan.session.seq },
        };
      }
      sessions.identified();
      return { op: OP.identify, d: vendor.identify(token.value, plan.intents) };
    },
    send(text) {
      if (socket === undefined) early.push(text);
      else socket.send(text);
    },
    onReady({ type, d, seq }) {
      const session =
        type === 'RESUMED' && plan.kind === 'resume' ? plan.session : newSession(vendor, plan, d, seq);
      if (session === undefined) {
        const message = `${vendor.who} started a session without its id`;
        return { class: 'protocol', code: 'malformed', message };
      }
      wasReady = true;
      self = session.identity;
      if (type === 'READY') sessions.begin(session);
      else sessions.alive(seq);
      vendor.started({ type, intents: session.intents, identity: self });
      return undefined;
    },
    onEvent(type, d) {
      context.event('event received');
      return vendor.event(type, d, self);
    },
    onSequence: (seq) => sessions.alive(seq),
    onAck() {
      if (wasReady) sessions.alive();
      context.activity('heartbeat answered');
    },
    onEnd: over,
  });
  // Before the net's own listener, which would close with 1000.
  const onAbort = () => {
    link.stop();
    socket?.close(CLOSE_CODE);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const connected = await context.net.connect({
      url: vendor.socketUrl(plan.url),
      signal,
      timeoutMs: CONNECT_TIMEOUT_MS,
      maxBytes: vendor.maxFrameBytes,
      onMessage: (data, isBinary) => link.receive(data, isBinary),
    });
    if (!connected.ok) {
      if (signal.aborted) return { kind: 'aborted' };
      return failed(refusedUpgrade(connected.error, vendor.who));
    }
    socket = connected.value;
    for (const text of early) socket.send(text);
    const end = await Promise.race([linkOver, socket.closed]);
    if (signal.aborted) {
      await socket.closed;
      return { kind: 'aborted' };
    }
    socket.close(CLOSE_CODE);
    sessions.lost();
    const attempt: Attempt = { resuming: plan.kind === 'resume', wasReady };
    return 'kind' in end
      ? afterEnd(vendor, sessions, attempt, end)
      : afterClose(vendor, sessions, attempt, end);
  } finally {
    link.stop();
    signal.removeEventListener('abort', onAbort);
  }
}

function newSession(vendor: GatewayVendor, plan: Plan, d: unknown, seq: number): GatewaySession | undefined {
  if (!isObject(d) || typeof d.session_id !== 'string' || d.session_id === '') return undefined;
  const { resume_gateway_url: resumeUrl, user } = d;
  const intents = plan.kind === 'identify' ? plan.intents : plan.session.intents;
  return {
    id: d.session_id,
    seq,
    url: typeof resumeUrl === 'string' && vendor.followable(resumeUrl) ? resumeUrl : plan.url,
    intents,
    reduced: intents !== vendor.wantedIntents,
    identity: userIdentity(user),
  };
}

interface Attempt {
  readonly resuming: boolean;
  readonly wasReady: boolean;
}

function afterEnd(vendor: GatewayVendor, sessions: GatewaySessions, attempt: Attempt, end: LinkEnd): Outcome {
  const { who } = vendor;
  switch (end.kind) {
    case 'reconnect':
      return { kind: 'rotate', reason: `${who} asked for a new connection` };
    case 'failed':
      // What cannot be read would be replayed for ever.
      if (end.failure.class === 'protocol') sessions.drop();
      return failed(end.failure);
    case 'invalid-session': {
      if (end.resumable && (attempt.resuming || attempt.wasReady)) {
        const message = `${who} wants the session resumed on a new connection`;
        return attempt.wasReady
          ? { kind: 'rotate', reason: message }
          : failed({ class: 'server', code: 'resume_later', message });
      }
      if (!attempt.resuming && !attempt.wasReady) return meant(sessions, attempt, vendor.identifyRefused);
      const message = `${who} ended the session`;
      return meant(sessions, attempt, {
        failure: { class: 'server', code: 'invalid_session', message },
        session: 'drop',
      });
    }
  }
}

function afterClose(
  vendor: GatewayVendor,
  sessions: GatewaySessions,
  attempt: Attempt,
  { code, failure }: SocketClose,
): Outcome {
  if (failure !== undefined) return afterEnd(vendor, sessions, attempt, { kind: 'failed', failure });
  if (code === 1006) {
    const message = `the connection to ${vendor.who} was cut`;
    return failed({ class: 'network', code, message });
  }
  return meant(sessions, attempt, vendor.closed(code));
}

function meant(sessions: GatewaySessions, attempt: Attempt, meaning: CloseMeaning): Outcome {
  const { failure, session, fewerIntents } = meaning;
  const resumeFailed = attempt.resuming && !attempt.wasReady;
  if (session === 'drop' || (session === 'doubt' && resumeFailed)) {
    sessions.drop();
    if (resumeFailed && failure.class === 'server') return { kind: 'session-gone' };
  }
  return fewerIntents && !attempt.wasReady ? { kind: 'intents-refused', failure } : failed(failure);
}
