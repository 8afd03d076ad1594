// `gatehouse token rotate` and `token adopt`. Rotation is the running gateway's business alone; adoption goes
// through it too, and into the store directly only when no process has the home. Neither prints a token.

import type { CredentialChange } from '../../shared/ipc/contract';
import type { CallOutcome } from '../core/probe/gateway-client';
import { adoptOffline } from './adopt-offline';
import type { CliIo } from './io';
import { EXIT } from './io';
import type { RunningGateway } from './running-gateway';
import { callRunning, findRunningGateway } from './running-gateway';
import { readStoredCredential } from './stored-credential';

export async function rotateToken(
  options: { readonly home: string; readonly leaked: boolean; readonly graceMs: number | undefined },
  io: CliIo,
): Promise<number> {
  const found = await findRunningGateway(options.home);
  if (!found.ok) {
    io.err(`gatehouse: ${found.error} (${options.home})`);
    io.err('A token is rotated by the running gateway: start it with "gatehouse serve" or open Gatehouse.');
    return EXIT.failed;
  }
  return changeThrough(found.value, options.home, io, 'gatehouse.token.rotate', {
    reason: options.leaked ? 'leaked' : 'routine',
    graceMs: options.graceMs ?? 0,
  });
}

export async function adoptToken(
  options: { readonly home: string; readonly graceMs: number | undefined },
  io: CliIo,
): Promise<number> {
  const token = await io.readSecret();
  if (token === undefined) {
    io.err('gatehouse: no token came on standard input; for example: gatehouse token adopt < token.txt');
    return EXIT.failed;
  }
  const graceMs = options.graceMs ?? 0;
  const found = await findRunningGateway(options.home);
  if (found.ok)
    return changeThrough(found.value, options.home, io, 'gatehouse.token.adopt', { token, graceMs });
  const adopted = await adoptOffline({ home: options.home, token, graceMs });
  if (adopted.ok) return report(adopted.value, io);
  io.err(`gatehouse: ${adopted.error}`);
  return EXIT.failed;
}

async function changeThrough(
  gateway: RunningGateway,
  home: string,
  io: CliIo,
  method: 'gatehouse.token.rotate' | 'gatehouse.token.adopt',
  params: unknown,
): Promise<number> {
  const stored = await readStoredCredential(home);
  if (!stored.ok) {
    const { reason, detail } = stored.error;
    io.err(reason === 'sealed' ? `locked: ${detail}` : `gatehouse: ${detail}`);
    if (reason === 'sealed') io.err('Only the desktop app can open this token: use its Credentials page.');
    return EXIT.failed;
  }
  const outcome = await callRunning(gateway, {
    version: io.version,
    secret: stored.value.secret,
    scope: 'operator.admin',
    method,
    params,
  });
  const change = outcome.ok ? readChange(outcome.payload) : undefined;
  if (change !== undefined) return report(change, io);
  io.err(`gatehouse: the token was not changed: ${reasonOf(outcome)}`);
  return EXIT.failed;
}

function reasonOf(outcome: CallOutcome): string {
  if (outcome.ok) return 'the gateway answered something else';
  return outcome.error?.message ?? outcome.message;
}

/** The reply may carry the new token; only these three are ever looked at. */
function readChange(payload: unknown): CredentialChange | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { generation, fingerprint, graceUntil } = payload as Record<string, unknown>;
  if (typeof generation !== 'number' || typeof fingerprint !== 'string') return undefined;
  return { generation, fingerprint, ...(typeof graceUntil === 'number' && { graceUntil }) };
}

function report({ generation, fingerprint, graceUntil }: CredentialChange, io: CliIo): number {
  io.out(`Token generation ${generation}, fingerprint ${fingerprint}.`);
  if (graceUntil !== undefined)
    io.out(`The token before it is accepted until ${new Date(graceUntil).toISOString()}.`);
  io.err('Run "gatehouse token show" to see the token itself.');
  return EXIT.ok;
}
