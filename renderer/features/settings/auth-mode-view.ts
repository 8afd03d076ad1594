// Pure: what the settings and the credential say about who may connect.

import type { AuthMode, Settings } from '../../../shared/model/settings';
import type { CredentialStatus } from '../../../shared/model/token';

/** Safest first. */
export const AUTH_MODE_ORDER: readonly AuthMode[] = ['token', 'password', 'none'];

export interface AuthModeState {
  /** What the settings ask for; where they say nothing, what holds. */
  readonly configured: AuthMode;
  /** The settings ask for a password and there is none: nobody is let in until one is set. */
  readonly passwordMissing: boolean;
}

export function authModeState(settings: Settings, credential: CredentialStatus | undefined): AuthModeState {
  const inForce = credential?.state === 'ready' ? credential.mode : undefined;
  const configured = settings.gateway.auth.mode ?? inForce ?? 'token';
  return {
    configured,
    passwordMissing: configured === 'password' && inForce !== undefined && inForce !== 'password',
  };
}
