// One short function per IPC call: ask core, wrap the outcome. No decision is made here and no secret is returned:
// secrets go to the clipboard. ipc-server calls these after sender, name and parameters are checked.

import type {
  AppInfo,
  CredentialChange,
  IpcError,
  IpcReply,
  SessionOnGrace,
} from '../../../shared/ipc/contract';
import type { CronError, CronJobView } from '../../../shared/model/cron';
import { withoutTargets } from '../../../shared/model/cron-public';
import type { Core } from '../../core/core';
import type { PairingError } from '../../core/gateway/auth/pairing';
import { err, ok, type Result } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { SettingsProblem, StoreError } from '../../core/ports';
import type { ClipboardGuard } from '../clipboard';
import type { IpcHandlers } from './ipc-server';

const CHANNEL_PROBE_MS = 10_000;
/** Adopting is a rotation for everyone who still has the old token: the panel's usual grace. */
const ADOPT_GRACE_MS = 10 * 60_000;
const MAX_CLIPBOARD_CHARS = 4096;

export interface HandlerDeps {
  readonly core: Core;
  readonly clipboard: ClipboardGuard;
  readonly info: () => AppInfo;
  readonly openDataFolder: () => Promise<void>;
  readonly requestQuit: () => void;
}

export function createHandlers({
  core,
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

    'credential.copy': () => copyToken(core, clipboard),
    'credential.rotate': async ({ reason, graceMs }) =>
      stored(await core.tokens.rotate({ reason, graceMs, by: 'panel' })),
    'credential.retireGrace': async () => {
      const closed = sessionsOnGrace(core).length;
      const retired = await core.tokens.retireGrace('panel');
      return retired.ok ? ok({ closed }) : stored(retired);
    },
    'credential.inspectClipboard': async () => {
      const inspected = core.tokens.inspect(await candidate(clipboard));
      return ok(
        inspected.ok
          ? { ok: true, fingerprint: inspected.value.fingerprint }
          : { ok: false, problem: inspected.error },
      );
    },
    'credential.adoptClipboard': ({ fingerprint }) => adoptClipboard(core, clipboard, fingerprint),
    'credential.sessionsOnGrace': () => ok(sessionsOnGrace(core)),
    'credential.startOver': async () => stored(await core.tokens.startOver('panel')),

    'channels.setEnabled': async ({ channel, accountId, enabled }) =>
      done(await core.channels.setEnabled(channel, accountId, enabled)),
    'channels.restart': async ({ channel, accountId }) =>
      done(await core.channels.restart(channel, accountId)),
    'channels.probe': async ({ channel, accountId }) => {
      await core.channels.probe({ channel, accountId, timeoutMs: CHANNEL_PROBE_MS });
      return ok(null);
    },
    'channels.newSecret': async ({ channel, accountId }) => {
      const made = await core.channels.newSecret(channel, accountId);
      return made.ok ? ok(await clipboard.putSecret(made.value)) : made;
    },

    'devices.list': () => ok(core.pairing.list()),
    'devices.approve': async ({ requestId, shownHash }) =>
      paired(await core.pairing.approve({ requestId, shownHash, by: 'panel' })),
    'devices.reject': ({ requestId }) => paired(core.pairing.reject({ requestId, by: 'panel' })),
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

    'settings.get': () => ok(core.settings.get()),
    'settings.update': (patch) => {
      const before = core.settings.get();
      const updated = core.settings.update(patch);
      if (!updated.ok) return err(settingsError(updated.error));
      const needsRestart = JSON.stringify(before.gateway) !== JSON.stringify(updated.value.gateway);
      return ok({ settings: updated.value, needsRestart });
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

async function copyToken(
  core: Core,
  clipboard: ClipboardGuard,
): Promise<IpcReply<{ readonly clearsAt: number }>> {
  const status = core.tokens.status();
  const lease = core.tokens.lease();
  if (status.state !== 'ready' || !lease)
    return err({ code: 'not_ready', message: 'there is no usable token yet' });
  const put = await clipboard.putSecret(lease.secret);
  const { fingerprint } = status;
  core.authLog.append({ event: 'token.copied', generation: lease.generation, fingerprint, by: 'panel' });
  return ok(put);
}

async function adoptClipboard(
  core: Core,
  clipboard: ClipboardGuard,
  shown: string,
): Promise<IpcReply<CredentialChange>> {
  const text = await candidate(clipboard);
  const inspected = core.tokens.inspect(text);
  if (!inspected.ok) return err({ code: inspected.error, message: 'the clipboard holds no usable token' });
  if (inspected.value.fingerprint !== shown) {
    return err({ code: 'clipboard_changed', message: 'the clipboard no longer holds what was shown' });
  }
  const adopted = await core.tokens.adopt({ secret: new Secret(text), graceMs: ADOPT_GRACE_MS, by: 'panel' });
  if (!adopted.ok && adopted.error.code === 'refused') {
    return err({ code: adopted.error.problem, message: 'the token was refused' });
  }
  return adopted.ok ? adopted : err({ code: adopted.error.code, message: 'the token could not be stored' });
}

/** Megabytes on the clipboard are no token; a piece of them is refused like any text with odd characters. */
async function candidate(clipboard: ClipboardGuard): Promise<string> {
  const text = await clipboard.readText();
  return text.length > MAX_CLIPBOARD_CHARS ? '\u0000' : text;
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

function done(result: Result<void, IpcError>): IpcReply<null> {
  return result.ok ? ok(null) : err({ code: result.error.code, message: result.error.message });
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
