// Randomness as a dependency: tests inject a seeded one, the product uses node:crypto.

import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  bytes(count: number): Buffer;
  uuid(): string;
  /** Uniform in [0, 1), for jitter only. */
  unit(): number;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
  unit: () => Math.random(),
};
