// A SettingsSource without a file: validated like the real one, for tests that need no storage.

import { Emitter } from '../../electron/core/lib/emitter';
import { err, ok } from '../../electron/core/lib/result';
import type { SettingsSource } from '../../electron/core/ports';
import { without } from '../../shared/json-document';
import type { Settings, SettingsPatch } from '../../shared/model/settings';
import { settingsSchema } from '../../shared/model/settings';

export class MemorySettings implements SettingsSource {
  #settings: Settings;
  readonly #changed = new Emitter<Settings>((error) => {
    throw error;
  });
  readonly onChanged = this.#changed.on;

  constructor(patch: SettingsPatch = {}) {
    this.#settings = settingsSchema.parse(patch);
  }

  get(): Settings {
    return this.#settings;
  }

  update(patch: SettingsPatch): ReturnType<SettingsSource['update']> {
    return this.#take(merge(this.#settings, patch));
  }

  remove(path: readonly string[]): ReturnType<SettingsSource['remove']> {
    return this.#take(without(this.#settings, path));
  }

  #take(document: unknown): ReturnType<SettingsSource['update']> {
    const parsed = settingsSchema.safeParse(document);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return err({ field: issue?.path.join('.') ?? '', message: issue?.message ?? 'invalid' });
    }
    this.#settings = parsed.data;
    this.#changed.emit(parsed.data);
    return ok(parsed.data);
  }
}

function merge(base: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(base as Record<string, unknown> | undefined) };
  for (const [key, value] of Object.entries(patch)) result[key] = merge(result[key], value);
  return result;
}
