// Holds the settings and the facts about the app that the page needs for its language, theme and Settings page.
// Subscribes before it fetches and drops whatever is older than what it has: settings are also changed over the wire
// and in settings.json. Values on screen are always what main answered, never what was typed.

import type { AppInfo, IpcCalls, IpcError, IpcReply, SettingsView } from '../../shared/ipc/contract';
import type { Settings, SettingsPatch } from '../../shared/model/settings';
import type { Api } from './api';
import { Observable } from './observable';

export interface SettingsState {
  readonly settings?: Settings;
  readonly info?: AppInfo;
  readonly error?: IpcError;
}

export class SettingsStore {
  readonly state = new Observable<SettingsState>({});
  readonly #api: Api;
  #seq = -1;
  #unsubscribe: (() => void) | undefined;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** Idempotent. Resolves when the first answers, good or bad, are in. */
  async start(): Promise<void> {
    if (this.#unsubscribe) return;
    this.#unsubscribe = this.#api.on('settings.changed', (view) => this.#accept(view));
    await this.load();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** May be called again, for the facts about the app and after an error. */
  async load(): Promise<void> {
    const [settings, info] = await Promise.all([this.#api.call('settings.get'), this.#api.call('app.info')]);
    if (settings.ok) this.#accept(settings.value);
    const { error: _before, ...held } = this.state.get();
    const failed = !settings.ok ? settings.error : !info.ok ? info.error : undefined;
    this.state.set({ ...held, ...(info.ok && { info: info.value }), ...(failed && { error: failed }) });
  }

  async update(patch: SettingsPatch): Promise<IpcReply<IpcCalls['settings.update']['result']>> {
    const reply = await this.#api.call('settings.update', patch);
    if (reply.ok) this.#accept(reply.value);
    return reply;
  }

  #accept({ seq, settings }: SettingsView): void {
    if (seq <= this.#seq) return;
    this.#seq = seq;
    this.state.set({ ...this.state.get(), settings });
  }
}
