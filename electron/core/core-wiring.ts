// What one part of the core has to know of another: a rotation closes sessions, is logged and probed; a bound
// listener is written to gateway.json and probed; problems become notices. Parts never call each other for this.

import type { AuthEvent } from '../../shared/model/auth-event';
import type { GatewayStatus } from '../../shared/model/status';
import type { AuthLog } from './auth-log/auth-log';
import type { ChannelManager } from './channels/channel-manager';
import type { MessageJournal } from './channels/message-journal';
import type { Cron } from './cron/cron';
import type { Pairing } from './gateway/auth/pairing';
import type { GatewayServer } from './gateway/gateway-server';
import { DisposableStore } from './lib/disposable';
import type { Logger } from './lib/logger-port';
import { removeRunFile, writeRunFile } from './lib/run-file';
import { MessageFeed } from './message-feed';
import type { SettingsSource, TokenRepository } from './ports';
import type { ChannelsProbe } from './probe/channels-probe';
import type { StatusHub } from './status/status-hub';
import type { TokenChange, TokenStore } from './tokens/token-store';

export interface WiredParts {
  readonly tokens: TokenStore;
  readonly authLog: AuthLog;
  readonly channels: ChannelManager;
  readonly journal: MessageJournal;
  readonly cron: Cron;
  readonly pairing: Pairing;
  readonly gateway: GatewayServer;
  readonly probe: ChannelsProbe;
  readonly status: StatusHub;
  readonly settings: SettingsSource;
  readonly repository: TokenRepository;
  readonly home: string;
  readonly authLogDir: string;
  readonly logger: Logger;
}

export class CoreWiring {
  readonly #parts: WiredParts;
  readonly #wires = new DisposableStore();
  #listeningUrl: string | undefined;
  #runFile = Promise.resolve();

  constructor(parts: WiredParts) {
    this.#parts = parts;
  }

  /** Once, before anything starts. */
  connect(): void {
    const {
      authLog,
      channels,
      cron,
      gateway,
      journal,
      pairing,
      probe,
      repository,
      settings,
      status,
      tokens,
    } = this.#parts;
    const wires = this.#wires;
    const touch = () => status.touch();
    wires.add(gateway.onChanged((snapshot) => this.#onGatewayChanged(snapshot)));
    wires.add(tokens.onChanged((change) => this.#onTokenChanged(change)));
    wires.add(authLog.onAppended((event) => this.#onAuthEvent(event)));
    wires.add(repository.onForeignChange(() => this.#onCredentialEdited()));
    wires.add(probe.onChanged(touch));
    const feed = new MessageFeed((message) => gateway.broadcast('gatehouse.message', message));
    wires.add(journal.onAppended((message) => feed.push(message)));
    wires.add(cron.onEvent((event) => gateway.broadcast('cron', event)));
    wires.add(pairing.onRequested((request) => gateway.broadcast('device.pair.requested', request)));
    wires.add(pairing.onResolved((resolution) => gateway.broadcast('device.pair.resolved', resolution)));
    wires.add(pairing.onInvalidated((change) => gateway.onDeviceInvalidated(change)));
    wires.add(
      pairing.onChanged(() => {
        this.reportProblems();
        touch();
      }),
    );
    wires.add(
      channels.onChanged(() => {
        gateway.onChannelsChanged();
        touch();
      }),
    );
    wires.add(
      settings.onChanged(() => {
        probe.reschedule();
        void this.followMode();
        touch();
      }),
    );
  }

  dispose(): void {
    this.#wires.dispose();
  }

  /** After everything else has stopped. */
  removeRunFile(): Promise<void> {
    return this.#runFile.then(() => removeRunFile(this.#parts.home));
  }

  /** What could not be read was set aside, nothing is lost: said until somebody has looked. */
  reportProblems(): void {
    const { cron, pairing, status } = this.#parts;
    const report = (
      code: 'devices-set-aside' | 'devices-unreadable' | 'cron-set-aside',
      detail: string | undefined,
    ) => {
      if (detail !== undefined) status.setNotice({ id: code, severity: 'warning', code, params: { detail } });
    };
    report('devices-set-aside', pairing.recovered);
    report('devices-unreadable', pairing.problem);
    if (pairing.problem === undefined) status.clearNotice('devices-unreadable');
    report('cron-set-aside', cron.problems.join('; ') || undefined);
  }

  checkAuthLog(): void {
    const { authLog, authLogDir, status } = this.#parts;
    const id = 'auth-log';
    if (authLog.counters().authLogWritable) status.clearNotice(id);
    else
      status.setNotice({ id, severity: 'error', code: 'auth-log-unwritable', params: { dir: authLogDir } });
  }

  /** Auth mode `none` has a permanent banner; a mode that lets nobody in has no listener and says why. */
  async followMode(): Promise<void> {
    const { gateway, status, tokens } = this.#parts;
    const id = 'auth-mode-none';
    if (tokens.mode === 'none') status.setNotice({ id, severity: 'warning', code: id, params: {} });
    else status.clearNotice(id);
    const { state } = gateway.status();
    if (tokens.modeProblem !== undefined && state === 'listening') await gateway.restart();
    if (tokens.modeProblem === undefined && state === 'failed') await gateway.start();
  }

  #onGatewayChanged({ url }: GatewayStatus): void {
    const { channels, home, logger, probe, status } = this.#parts;
    status.touch();
    if (url === this.#listeningUrl) return;
    this.#listeningUrl = url;
    channels.setGatewayUp(url !== undefined);
    // One after another: a removal that is still reading must not take away the file that comes after it.
    this.#runFile = this.#runFile
      .then(() => (url === undefined ? removeRunFile(home) : writeRunFile(home, { pid: process.pid, url })))
      .catch((error: unknown) => logger.warn('run-file.failed', { error: String(error) }));
    if (url !== undefined) void probe.run('start');
  }

  #onTokenChanged(change: TokenChange): void {
    const { authLog, channels, gateway, probe, status } = this.#parts;
    // Sessions first: nothing of the old generation may run on while the log is being written.
    gateway.onTokenChange(change);
    status.touch();
    const { kind, generation, fingerprint, by, reason, graceUntil } = change;
    if (kind === 'locked') return;
    void this.followMode();
    // The way out of `locked`, by keychain or by a new token: the gateway comes up by itself.
    if (gateway.status().state === 'locked') void gateway.start();
    if (kind === 'unlocked') {
      // What was shut with the credential is open now, too: the secrets of the channels.
      void channels.reload();
      return;
    }
    authLog.append({
      event: `token.${kind}`,
      generation,
      fingerprint,
      by,
      ...(reason === undefined ? {} : { rotationReason: reason }),
      ...(graceUntil === undefined ? {} : { graceUntil }),
    });
    if (kind === 'rotated' || kind === 'adopted') void probe.run('rotation');
  }

  #onAuthEvent(event: AuthEvent): void {
    const { probe, status } = this.#parts;
    status.touch();
    if (event.event !== 'auth.attempt' || !event.internal || event.outcome !== 'refused') return;
    // The probe lost to a stop or restart of ours, which is no refusal of its credential.
    if (event.reason === 'gateway_stopping' || event.reason === 'gateway_starting') return;
    probe.countInternalRefusal();
  }

  #onCredentialEdited(): void {
    const { logger, status } = this.#parts;
    const code = 'credential-changed-on-disk';
    logger.warn('credential.changed-on-disk', {
      action: 'memory wins; the file is rewritten at the next change',
    });
    status.setNotice({ id: 'credential-file', severity: 'warning', code, params: {} });
  }
}
