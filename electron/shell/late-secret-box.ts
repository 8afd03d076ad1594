// A SecretBox that is opened at its first use. The credential store is built before the window so that the page has
// a status to show, but the keychain may only be asked after the window is up: a locked one can block.

import type { StorageBackend } from '../../shared/model/token';
import type { SecretBox } from './storage/secret-box';

export class LateSecretBox implements SecretBox {
  readonly #open: () => Promise<SecretBox>;
  #opening: Promise<SecretBox> | undefined;
  #box: SecretBox | undefined;

  /** `onOpened` hears once what the keychain is, before anything sealed or opened with it can be seen. */
  constructor(open: () => Promise<SecretBox>, onOpened: (box: SecretBox) => void) {
    this.#open = async () => {
      const box = await open();
      this.#box = box;
      onOpened(box);
      return box;
    };
  }

  /** `plain` until opened: nothing is claimed to be sealed before that is known. */
  get backend(): StorageBackend {
    return this.#box?.backend ?? 'plain';
  }

  async seal(text: string): Promise<string> {
    return (await this.#opened()).seal(text);
  }

  async open(sealed: string): ReturnType<SecretBox['open']> {
    return (await this.#opened()).open(sealed);
  }

  async #opened(): Promise<SecretBox> {
    this.#opening ??= this.#open();
    return this.#opening;
  }
}
