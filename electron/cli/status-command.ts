// `gatehouse status`: is the gateway of this home running, does it answer, with which credential, which channels.
// Asks over the socket like any client, so that what it says was seen and not assumed.

import type { ProbeFact } from '../../shared/model/status';
import type { CallOutcome, CallStep } from '../core/probe/gateway-client';
import type { CliIo } from './io';
import { EXIT } from './io';
import type { RunningGateway } from './running-gateway';
import { callRunning, findRunningGateway } from './running-gateway';
import { readStoredCredential } from './stored-credential';

interface Facts {
  readonly portOpen: ProbeFact;
  readonly protocol: ProbeFact;
  readonly credential: ProbeFact;
  readonly scope: ProbeFact;
}

interface StatusReport {
  readonly running: boolean;
  readonly state: 'listening' | 'not-running';
  readonly home: string;
  readonly reason?: string;
  readonly url?: string;
  readonly pid?: number;
  readonly version?: string;
  readonly facts?: Facts;
  readonly error?: string;
  readonly credential: unknown;
  /** `channelAccounts` of `channels.status`, as the gateway answered it. */
  readonly channels?: unknown;
  readonly channelSummary?: readonly string[];
}

export async function status(
  options: { readonly home: string; readonly json: boolean },
  io: CliIo,
): Promise<number> {
  const report = await inspect(options.home, io);
  if (options.json) io.out(JSON.stringify(report));
  else for (const line of describe(report)) io.out(line);
  return report.running ? EXIT.ok : EXIT.notRunning;
}

async function inspect(home: string, io: CliIo): Promise<StatusReport> {
  const stored = await readStoredCredential(home);
  const credential = stored.ok
    ? {
        generation: stored.value.generation,
        fingerprint: stored.value.fingerprint,
        backend: stored.value.backend,
      }
    : {
        problem: stored.error.reason,
        ...(stored.error.generation === undefined ? {} : { generation: stored.error.generation }),
        ...(stored.error.reason === 'sealed' ? { backend: 'keychain' } : { detail: stored.error.detail }),
      };
  const found = await findRunningGateway(home);
  if (!found.ok) return { running: false, state: 'not-running', home, reason: found.error, credential };
  const gateway = found.value;
  const secret = stored.ok ? stored.value.secret : undefined;
  const ask = (method: string) =>
    callRunning(gateway, { version: io.version, secret, scope: 'operator.read', method, params: {} });
  const channels = await ask('channels.status');
  const facts = factsOf(channels);
  // Somebody who holds the port but says nothing is not a running gateway.
  if (facts.protocol !== 'ok') return { ...notAnswering(gateway, home, channels), facts, credential };
  const general = channels.ok ? field(await ask('status')) : {};
  return {
    running: true,
    state: 'listening',
    home,
    url: gateway.url,
    pid: gateway.pid,
    facts,
    credential,
    ...(channels.ok ? { channels: field(channels).channelAccounts } : { error: reasonOf(channels) }),
    ...(typeof general.runtimeVersion === 'string' ? { version: general.runtimeVersion } : {}),
    ...(Array.isArray(general.channelSummary) ? { channelSummary: general.channelSummary.map(String) } : {}),
  };
}

function notAnswering(gateway: RunningGateway, home: string, outcome: CallOutcome) {
  const reason = `process ${gateway.pid} holds ${gateway.url} but does not answer: ${reasonOf(outcome)}`;
  return { running: false, state: 'not-running', home, reason } as const;
}

const STEPS: readonly CallStep[] = ['dial', 'open', 'challenge', 'leased', 'sent', 'accepted', 'answered'];

/** The four facts of the internal probe, each proven by the step behind it. */
function factsOf(outcome: CallOutcome): Facts {
  const reached = (step: CallStep) =>
    outcome.reached !== undefined && STEPS.indexOf(outcome.reached) >= STEPS.indexOf(step);
  const refused = !outcome.ok && outcome.error !== undefined;
  const accepted = reached('accepted');
  return {
    portOpen: reached('dial') ? 'ok' : 'failed',
    protocol: reached('challenge') ? 'ok' : reached('dial') ? 'failed' : 'not-run',
    credential: accepted ? 'ok' : refused ? 'failed' : 'not-run',
    scope: outcome.ok ? 'ok' : accepted && refused ? 'failed' : 'not-run',
  };
}

function reasonOf(outcome: CallOutcome): string {
  return outcome.ok ? '' : (outcome.error?.message ?? outcome.message);
}

function field(outcome: CallOutcome): Record<string, unknown> {
  const payload = outcome.ok ? outcome.payload : undefined;
  return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
}

function describe(report: StatusReport): readonly string[] {
  const credential = report.credential as Record<string, unknown>;
  const token =
    credential.fingerprint === undefined
      ? `Token: ${credential.backend === 'keychain' ? 'sealed by the desktop app' : credential.detail}`
      : `Token: generation ${credential.generation}, fingerprint ${credential.fingerprint}, stored ${credential.backend}`;
  if (!report.running) return [`Gateway: ${report.reason}`, `Home: ${report.home}`, token];
  const facts = Object.entries(report.facts ?? {}).map(([name, fact]) => `${name} ${fact}`);
  return [
    `Gateway: listening at ${report.url} (process ${report.pid}${report.version === undefined ? '' : `, version ${report.version}`})`,
    `Home: ${report.home}`,
    `Check: ${facts.join(', ')}${report.error === undefined ? '' : ` (${report.error})`}`,
    token,
    ...(report.channelSummary ?? []).map((line) => `Channel: ${line}`),
  ];
}
