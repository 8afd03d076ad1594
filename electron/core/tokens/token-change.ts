// What TokenStore is made of, hands out and announces. Types only; everybody else imports them from token-store.

import type { AuthMode } from '../../../shared/model/settings';
import type { RotationReason, SecretProblem } from '../../../shared/model/token';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/logger-port';
import type { Random } from '../lib/random';
import type { Redactor } from '../lib/redactor';
import type { Secret } from '../lib/secret';
import type { StoreError, TokenRepository } from '../ports';

export interface Lease {
  readonly secret: Secret;
  readonly generation: number;
}

export interface TokenChange {
  readonly kind: 'created' | 'rotated' | 'adopted' | 'grace-ended' | 'locked' | 'unlocked';
  readonly generation: number;
  readonly fingerprint: string;
  readonly reason?: RotationReason;
  readonly graceUntil?: number;
  /** `panel`, `cli`, a connId, or `system`. */
  readonly by: string;
}

export type AdoptError = StoreError | { readonly code: 'refused'; readonly problem: SecretProblem };

export interface TokenStoreOptions {
  readonly repository: TokenRepository;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly redactor: Pick<Redactor, 'set'>;
  /** `gateway.auth.mode` as the settings have it now. Asked again by `refreshMode`. */
  readonly configuredMode?: () => AuthMode | undefined;
  /** The settings held both a token and a password at this start (protocol section 3.1). */
  readonly isAmbiguous?: boolean;
  /** Does this text open something else here already (SEC-45). */
  readonly isInUse?: (text: string) => boolean;
}
