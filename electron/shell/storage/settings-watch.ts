// Tells when settings.json may have been changed by somebody. Used by the settings store, which then looks for
// itself: what is seen here is only a hint, and its own writes are hinted at as well.

import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import type { Clock } from '../../core/lib/clock';
import type { Disposable } from '../../core/lib/disposable';
import type { Logger } from '../../core/lib/logger-port';
import { SETTINGS_FILE } from './settings-file';

/** An editor writes in several steps; one look after the last of them is enough. */
const SETTLE_MS = 150;

/** Where the system cannot watch, it is logged and nothing is ever told. */
export function watchSettings(o: {
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onHint: () => void;
}): Disposable {
  let settle: Disposable | undefined;
  let watcher: FSWatcher | undefined;
  try {
    // The folder, because editors and our own writer replace the file.
    watcher = watch(o.home, { persistent: false }, (_event, name) => {
      if (name !== null && name !== SETTINGS_FILE) return;
      settle?.dispose();
      settle = o.clock.setTimeout(o.onHint, SETTLE_MS);
    });
    watcher.on('error', (error) => o.logger.warn('settings.watch-failed', { error }));
  } catch (error) {
    o.logger.warn('settings.watch-failed', { error });
  }
  return {
    dispose() {
      watcher?.close();
      settle?.dispose();
    },
  };
}
