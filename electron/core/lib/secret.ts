// A secret that cannot be printed by accident: string conversion, JSON and util.inspect all give `[secret]`.
// Its text is reached only by calling `expose()`, which is easy to find in review.

import { inspect } from 'node:util';

const MASK = '[secret]';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  expose(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
