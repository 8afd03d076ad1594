// Which of token, password and none a client must present (protocol section 3.1). There is one credential: it is
// a token or a password, and a mode that asks for the other kind either has a way out or a problem in words.

import type { AuthMode } from '../../../shared/model/settings';
import type { Result } from '../lib/result';
import { err, ok } from '../lib/result';

export interface ModeProblem {
  readonly code: 'password-missing' | 'ambiguous';
  /** A sentence with its way out; shown as the reason why the gateway does not listen. */
  readonly message: string;
}

export interface ResolvedMode {
  readonly mode: AuthMode;
  /** Token mode over a password: a token has to be made first. */
  readonly needsToken: boolean;
}

const PASSWORD_MISSING: ModeProblem = {
  code: 'password-missing',
  message:
    'gateway.auth.mode is "password", but no password is set: set gateway.auth.password, or set the mode to "token"',
};

const AMBIGUOUS: ModeProblem = {
  code: 'ambiguous',
  message:
    'settings.json has a token and a password, and no gateway.auth.mode says which counts: set the mode, or remove one of them and start again',
};

/** Unset resolves to what is there: a password when there is one, else the token. */
export function resolveAuthMode(
  configured: AuthMode | undefined,
  kind: 'token' | 'password',
): Result<ResolvedMode, ModeProblem> {
  const mode = configured ?? kind;
  if (mode === 'password' && kind === 'token') return err(PASSWORD_MISSING);
  return ok({ mode, needsToken: mode === 'token' && kind === 'password' });
}

/** The mode in force. Owned by TokenStore, which settles it whenever credential or setting may have changed. */
export class ModeState {
  readonly #configured: () => AuthMode | undefined;
  readonly #isAmbiguous: boolean;
  current: AuthMode = 'token';
  problem: ModeProblem | undefined;

  /** `isAmbiguous`: a person wrote both a token and a password; only a configured mode decides between them. */
  constructor(configured: () => AuthMode | undefined, isAmbiguous: boolean) {
    this.#configured = configured;
    this.#isAmbiguous = isAmbiguous;
  }

  /** What `adopt` takes over unless it is told. */
  get wantedKind(): 'token' | 'password' {
    return this.#configured() === 'password' ? 'password' : 'token';
  }

  /** True when the mode asks for a token and the credential is a password. A problem leaves the mode as it was. */
  settle(kind: 'token' | 'password'): boolean {
    const configured = this.#configured();
    const resolved =
      this.#isAmbiguous && configured === undefined ? err(AMBIGUOUS) : resolveAuthMode(configured, kind);
    this.problem = resolved.ok ? undefined : resolved.error;
    if (resolved.ok) this.current = resolved.value.mode;
    return resolved.ok && resolved.value.needsToken;
  }
}
