// One epoch of a Slack account: who are we, the first socket, and its replacements. When Slack warns that a socket will
// end, the next one is opened beside it and the old one is closed after the next one's hello: Slack hands an event to
// any open socket, so none has to wait for its retries, and `connected` stays true for a reason. Made by the adapter.

import type { Result } from '../../../lib/result';
import type { Secret } from '../../../lib/secret';
import type { EpochContext, EpochEnd, EpochFailure } from '../../channel-adapter';
import { SlackApi, type SlackSelf } from './slack-api';
import { otherClients, scopeWarnings } from './slack-failures';
import { readEvent } from './slack-frames';
import { openSlackLink, type SlackEnvelope, type SlackLink } from './slack-link';

export interface SlackSessionOptions {
  readonly appToken: Secret;
  readonly botToken: Secret;
  readonly endpoint: string | undefined;
  readonly context: EpochContext;
}

type Opened = Result<SlackLink, EpochFailure>;

export class SlackSession {
  readonly #options: SlackSessionOptions;
  readonly #api: SlackApi;
  /** Ends every socket of this epoch, also one that is still being opened. */
  readonly #stop = new AbortController();
  readonly #links = new Set<SlackLink>();
  #opening: Promise<unknown> = Promise.resolve();

  constructor(options: SlackSessionOptions) {
    this.#options = options;
    this.#api = new SlackApi({ net: options.context.net, endpoint: options.endpoint });
  }

  async run(): Promise<EpochEnd> {
    const { signal } = this.#options.context;
    const onAbort = () => this.#stop.abort();
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const end = await this.#live();
      return signal.aborted ? { kind: 'aborted' } : end;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#stop.abort();
      await this.#opening;
      await Promise.all([...this.#links].map((link) => link.close()));
    }
  }

  async #live(): Promise<EpochEnd> {
    const { context, botToken } = this.#options;
    context.phase('authenticating');
    const self = await this.#api.whoAmI(botToken, this.#stop.signal);
    if (!self.ok) return { kind: 'failed', failure: self.error };
    context.phase('connecting');
    const first = await this.#open(self.value);
    if (!first.ok) return { kind: 'failed', failure: first.error };
    context.ready({
      mode: 'socket',
      evidence: 'hello received',
      identity: { id: self.value.userId, name: self.value.name },
      live: { send: (message, signal) => this.#api.post(botToken, message, signal) },
    });
    for (const warning of scopeWarnings(self.value.scopes)) context.warn(warning);
    this.#noteOthers(first.value, 1);
    return this.#hold(first.value, self.value);
  }

  async #hold(first: SlackLink, self: SlackSelf): Promise<EpochEnd> {
    for (let link = first; ; ) {
      const ended = await Promise.race([link.end, link.warned]);
      if (ended !== undefined) return ended;
      const next = await Promise.race([this.#open(self), link.end]);
      if ('kind' in next) return next;
      // The old one serves until Slack closes it; then a new epoch finds out what is wrong.
      if (!next.ok) return link.end;
      const old = link;
      void old.close().then(() => this.#links.delete(old));
      link = next.value;
      this.#noteOthers(link, 2);
    }
  }

  #open(self: SlackSelf): Promise<Opened> {
    const opening = this.#openNow(self);
    this.#opening = opening;
    return opening;
  }

  async #openNow(self: SlackSelf): Promise<Opened> {
    const { context, appToken } = this.#options;
    const { signal } = this.#stop;
    const url = await this.#api.openConnection(appToken, signal);
    if (!url.ok) return url;
    const opened = await openSlackLink({
      net: context.net,
      clock: context.clock,
      signal,
      url: url.value,
      onEnvelope: (envelope) => this.#take(envelope, self),
      kept: () => context.kept(),
      onSignOfLife: (evidence) => context.activity(evidence),
    });
    if (opened.ok) this.#links.add(opened.value);
    return opened;
  }

  /** Quick: Slack delivers again what is not acked within 3 s. */
  #take({ type, payload }: SlackEnvelope, self: SlackSelf): boolean {
    const { context } = this.#options;
    context.event('event received');
    // Commands and buttons mean nothing here; without an ack the person who used them would be shown an error.
    if (type !== 'events_api') return true;
    const event = readEvent(payload, self, context.clock.now());
    switch (event.kind) {
      case 'ignored':
        return true;
      case 'unreadable':
        // Acked all the same: it would not get better by coming again.
        context.rejected({
          class: 'protocol',
          code: 'bad_event',
          message: 'Slack sent an event that cannot be read',
        });
        return true;
      case 'message':
        return context.inbound(event.message) !== 'closed';
    }
  }

  #noteOthers({ connections }: SlackLink, ours: number): void {
    const { context } = this.#options;
    const others = connections !== undefined && connections > ours;
    if (others) context.warn(otherClients(connections));
    else context.clearWarning('num_connections');
  }
}
