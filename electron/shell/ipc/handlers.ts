// One short function per IPC call: ask core, wrap the outcome. No decision is made here and no secret is returned:
// secrets go to the clipboard. ipc-server calls these after sender, name and parameters are checked.

import type { AppInfo, IpcError, IpcReply, SessionOnGrace } from '../../../shared/ipc/contract';
import type { CronError, CronJobView } from '../../../shared/model/cron';
import { withoutTargets } from '../../../shared/model/cron-public';
import type { Core } from '../../core/core';
import type { PairingError } from '../../core/gateway/auth/pairing';
import { systemRandom } from '../../core/lib/random';
import { err, ok, type Result } from '../../core/lib/result';
import type { SettingsProblem, StoreError } from '../../core/ports';
import type { ClipboardGuard } from '../clipboard';
import { channelHandlers } from './channel-calls';
import { adoptClipboard, copyCredential, inspectClipboard, setAuthMode } from './credential-calls';
import type { IpcHandlers } from './ipc-server';
import type { SettingsFeed } from './settings-feed';

export interface HandlerDeps {
  readonly core: Core;
  readonly settings: SettingsFeed;
  readonly clipboard: ClipboardGuard;
  readonly info: () => AppInfo;
  readonly openDataFolder: () => Promise<void>;
  readonly requestQuit: () => void;
}

export function createHandlers({
  core,
  settings,
  clipboard,
  info,
  openDataFolder,
  requestQuit,
}: HandlerDeps): IpcHandlers {
  return {
    'status.get': () => ok(core.status.snapshot()),
    'probe.run': async () => ok(await core.probe.run('demand')),
    'gateway.start': async () => ok(await core.gateway.start()),
    'gateway.stop': async () => ok(await core.gateway.stop('stopped')),
    'gateway.restart': async () => ok(await core.gateway.restart()),
    'authLog.query': async (query) => ok(await core.authLog.query(query)),

    'credential.copy': () => copyCredential(core, clipboard),
    'credential.rotate': async ({ reason, graceMs }) =>
      stored(await core.tokens.rotate({ reason, graceMs, by: 'panel' })),
    'credential.retireGrace': async () => {
      const closed = sessionsOnGrace(core).length;
      const retired = await core.tokens.retireGrace('panel');
      return retired.ok ? ok({ closed }) : stored(retired);
    },
    'credential.inspectClipboard': async (params) =>
      ok(await inspectClipboard(core, clipboard, params?.kind)),
    'credential.adoptClipboard': ({ fingerprint }) => adoptClipboard(core, clipboard, fingerprint),
    'credential.sessionsOnGrace': () => ok(sessionsOnGrace(core)),
    'credential.setMode': (params) => setAuthMode(core, clipboard, params),
    'credential.startOver': async () => stored(await core.tokens.startOver('panel')),

    ...channelHandlers({ core, clipboard, random: systemRandom }),

    'devices.list': () => ok(core.pairing.list()),
    'devices.approve': async ({ requestId, shownHash }) =>
      paired(await core.pairing.approve({ requestId, shownHash, by: 'panel' })),
    'devices.reject': async ({ requestId }) => {
      const rejected = core.pairing.reject({ requestId, by: 'panel' });
      await core.pairing.recorded();
      return paired(rejected);
    },
    'devices.remove': async ({ deviceId }) => paired(await core.pairing.remove({ deviceId, by: 'panel' })),
    'devices.revokeToken': async ({ deviceId, role }) =>
      paired(await core.pairing.revokeToken({ deviceId, role, by: 'panel' })),

    'cron.list': (query) => {
      const page = core.cron.list(query);
      return ok({ ...page, jobs: page.jobs.map(withoutTargets) });
    },
    'cron.status': () => ok(core.cron.status()),
    'cron.add': async (input) => job(await core.cron.add(input)),
    'cron.update': async ({ id, patch }) => job(await core.cron.update(id, patch)),
    'cron.remove': async ({ id }) => {
      const removed = await core.cron.remove(id);
      return removed.ok ? ok(null) : err(cronError(removed.error));
    },
    'cron.run': ({ id }) => {
      const run = core.cron.run(id);
      return run.ok ? run : err(cronError(run.error));
    },
    'cron.runs': async (query) => ok(await core.cron.runs(query)),
    'cron.copySecret': async () => {
      const secret = await core.cron.signingSecret();
      return secret.ok
        ? ok(await clipboard.putSecret(secret.value))
        : err({ code: 'no_secret', message: secret.error });
    },

    'settings.get': () => ok(settings.view()),
    'settings.update': (patch) => {
      const updated = core.settings.update(patch);
      return updated.ok ? ok(settings.view()) : err(settingsError(updated.error));
    },

    'app.info': () => ok(info()),
    'app.copyAddress': async () => {
      const { url } = core.gateway.status();
      if (url === undefined) return err({ code: 'not_listening', message: 'the gateway is not listening' });
      await clipboard.putText(url);
      return ok(null);
    },
    'app.openDataFolder': async () => {
      await openDataFolder();
      return ok(null);
    },
    'app.quit': () => {
      requestQuit();
      return ok(null);
    },
  };
}

function sessionsOnGrace(core: Core): readonly SessionOnGrace[] {
  const status = core.tokens.status();
  return status.state === 'ready' && status.grace
    ? core.gateway.sessionsOnGeneration(status.grace.generation)
    : [];
}

function stored<T>(result: Result<T, StoreError>): IpcReply<T> {
  return result.ok ? result : err({ code: result.error.code, message: result.error.detail });
}

/** What was approved or revoked comes with `devices.changed`; tokens never cross. */
function paired(result: Result<unknown, PairingError>): IpcReply<null> {
  if (result.ok) return ok(null);
  const { error } = result;
  return err({ code: error.code, message: 'detail' in error ? error.detail : `pairing: ${error.code}` });
}

function job(result: Result<CronJobView, CronError>): IpcReply<CronJobView> {
  return result.ok ? ok(withoutTargets(result.value)) : err(cronError(result.error));
}

function cronError(error: CronError): IpcError {
  return error.code === 'invalid'
    ? { code: 'invalid_params', message: error.message, field: error.field }
    : { code: error.code, message: error.message };
}

function settingsError(error: SettingsProblem | StoreError): IpcError {
  return 'field' in error
    ? { code: 'invalid_params', message: error.message, field: error.field }
    : { code: error.code, message: error.detail };
}
