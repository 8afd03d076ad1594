// Holds the settings and the facts about the app that the page needs for its language, theme and Settings page.
// Values on screen are always what main answered, never what was typed.

import type { AppInfo, IpcCalls, IpcError, IpcReply } from '../../shared/ipc/contract';
import type { Settings, SettingsPatch } from '../../shared/model/settings';
import type { Api } from './api';
import { Observable } from './observable';

export interface SettingsState {
  readonly settings?: Settings;
  readonly info?: AppInfo;
  readonly error?: IpcError;
  /** A saved value waits for a restart of the gateway. */
  readonly needsRestart: boolean;
}

export class SettingsStore {
  readonly state = new Observable<SettingsState>({ needsRestart: false });
  readonly #api: Api;

  constructor(options: { readonly api: Api }) {
    this.#api = options.api;
  }

  /** May be called again to read what another window or a file changed. */
  async load(): Promise<void> {
    const [settings, info] = await Promise.all([this.#api.call('settings.get'), this.#api.call('app.info')]);
    const held = this.state.get();
    const failed = !settings.ok ? settings.error : !info.ok ? info.error : undefined;
    this.state.set({
      needsRestart: held.needsRestart,
      ...(settings.ok ? { settings: settings.value } : held.settings && { settings: held.settings }),
      ...(info.ok ? { info: info.value } : held.info && { info: held.info }),
      ...(failed && { error: failed }),
    });
  }

  async update(patch: SettingsPatch): Promise<IpcReply<IpcCalls['settings.update']['result']>> {
    const reply = await this.#api.call('settings.update', patch);
    if (reply.ok) {
      const { settings, needsRestart } = reply.value;
      const held = this.state.get();
      this.state.set({ ...held, settings, needsRestart: held.needsRestart || needsRestart });
    }
    return reply;
  }

  /** The gateway was restarted: what waited for it is in use. */
  restarted(): void {
    this.state.set({ ...this.state.get(), needsRestart: false });
  }
}
