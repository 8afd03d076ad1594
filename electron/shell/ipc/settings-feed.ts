// The settings as the page sees them: each view with a number that rises with every change, whoever made it. Used by
// the handlers (answers) and by Push, so that the page can drop what is older. Holds no settings of its own.

import type { SettingsView } from '../../../shared/ipc/contract';
import type { Settings } from '../../../shared/model/settings';
import type { Subscribe } from '../../core/lib/emitter';
import type { SettingsSource } from '../../core/ports';

export class SettingsFeed {
  readonly #source: SettingsSource;
  #seq = 0;

  /** For the life of the app; build it before anything else listens, so that `view()` is numbered by then. */
  constructor(source: SettingsSource) {
    this.#source = source;
    source.onChanged(() => {
      this.#seq += 1;
    });
  }

  get onChanged(): Subscribe<Settings> {
    return this.#source.onChanged;
  }

  view(): SettingsView {
    return { seq: this.#seq, settings: this.#source.get() };
  }
}
