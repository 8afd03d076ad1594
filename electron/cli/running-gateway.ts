// Finds the running gateway of a home and speaks to it. A credential is sent only after the system has confirmed
// that the process named in gateway.json holds that very port: a crash leaves the file behind, and another
// program may listen there now.

import type { Scope } from '../../shared/protocol/scopes';
import { ownsPort } from '../core/diagnosis/port-listeners';
import { systemClock } from '../core/lib/clock';
import type { Result } from '../core/lib/result';
import { err, ok } from '../core/lib/result';
import { readRunFile } from '../core/lib/run-file';
import type { Secret } from '../core/lib/secret';
import type { CallOutcome } from '../core/probe/gateway-client';
import { callGateway } from '../core/probe/gateway-client';

const CALL_MS = 10_000;
const URL_SHAPE = /^ws:\/\/127\.0\.0\.1:(\d{1,5})$/;

export interface RunningGateway {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
}

/** The error is a sentence. */
export async function findRunningGateway(home: string): Promise<Result<RunningGateway, string>> {
  const file = await readRunFile(home);
  if (file === undefined) return err('no gateway is running in this home');
  const { pid, url } = file;
  const port = Number(URL_SHAPE.exec(url)?.[1] ?? 0);
  if (port === 0 || !Number.isInteger(pid) || pid <= 0)
    return err('gateway.json was not written by a gateway; nothing was sent');
  if (!isAlive(pid)) return err(`no gateway is running in this home (process ${pid} is gone)`);
  if (!(await ownsPort(pid, port)))
    return err(
      `no gateway is running in this home: port ${port} is not held by process ${pid}; nothing was sent`,
    );
  return ok({ pid, url, port });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export interface GatewayCall {
  readonly version: string;
  readonly secret: Secret | undefined;
  readonly scope: Scope;
  readonly method: string;
  readonly params?: unknown;
}

/** As OpenClaw's own helpers connect, so that no device identity is needed on loopback. */
export function callRunning(gateway: RunningGateway, call: GatewayCall): Promise<CallOutcome> {
  return callGateway({
    host: '127.0.0.1',
    port: gateway.port,
    clock: systemClock,
    timeoutMs: CALL_MS,
    client: {
      id: 'gateway-client',
      mode: 'backend',
      displayName: `gatehouse:${call.method}`,
      version: call.version,
    },
    scopes: [call.scope],
    lease: () => call.secret,
    method: call.method,
    params: call.params,
  });
}
