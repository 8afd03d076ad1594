// The calls that move a secret by way of the clipboard (decision 001) and the one that says what clients must present.
// Called by the handlers. What goes back to the page is a fingerprint or a reason, never a secret.

import type { ClipboardSecret, CredentialChange, IpcCalls, IpcReply } from '../../../shared/ipc/contract';
import type { Core } from '../../core/core';
import { err, ok } from '../../core/lib/result';
import { Secret } from '../../core/lib/secret';
import type { ClipboardGuard } from '../clipboard';

/** Adopting is a rotation for everyone who still has the old token: the panel's usual grace. */
const ADOPT_GRACE_MS = 10 * 60_000;
const MAX_CLIPBOARD_CHARS = 4096;

type Kind = 'token' | 'password';

export async function copyCredential(
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

/** `kind`: what the mode in the settings asks for, unless the page is about to change it. */
export async function inspectClipboard(
  core: Core,
  clipboard: ClipboardGuard,
  kind: Kind = wantedKind(core),
): Promise<ClipboardSecret> {
  const inspected = core.tokens.inspect(await candidate(clipboard), kind);
  return inspected.ok
    ? { ok: true, fingerprint: inspected.value.fingerprint }
    : { ok: false, problem: inspected.error };
}

export async function adoptClipboard(
  core: Core,
  clipboard: ClipboardGuard,
  shown: string,
): Promise<IpcReply<CredentialChange>> {
  const kind = wantedKind(core);
  const taken = await takeShown(core, clipboard, kind, shown);
  if (!taken.ok) return taken;
  const secret = taken.value;
  const adopted = await core.tokens.adopt({ secret, kind, graceMs: ADOPT_GRACE_MS, by: 'panel' });
  if (!adopted.ok && adopted.error.code === 'refused') {
    return err({ code: adopted.error.problem, message: 'the token was refused' });
  }
  return adopted.ok ? adopted : err({ code: adopted.error.code, message: 'the token could not be stored' });
}

/**
 * As a client's `config.patch` would do it: setting and credential change together or not at all. In force at once;
 * sessions of the mode before end. `password_missing`: there is none, and none was handed over with the mode.
 */
export async function setAuthMode(
  core: Core,
  clipboard: ClipboardGuard,
  params: IpcCalls['credential.setMode']['params'],
): Promise<IpcReply<null>> {
  let password: string | undefined;
  if (params.mode === 'password' && params.fingerprint !== undefined) {
    const taken = await takeShown(core, clipboard, 'password', params.fingerprint);
    if (!taken.ok) return taken;
    password = taken.value.expose();
  }
  const auth = { mode: params.mode, ...(password === undefined ? {} : { password }) };
  const changed = await core.config.patch({
    raw: JSON.stringify({ gateway: { auth } }),
    baseHash: core.config.get().hash,
    actor: 'panel',
    connId: 'panel',
    directLocal: true,
  });
  if (changed.ok) return ok(null);
  const { code, message, issues = [] } = changed.error;
  if (code === 'failed') return err({ code: 'storage_failed', message });
  const [issue] = issues;
  if (password === undefined && params.mode === 'password' && issue?.path === 'gateway.auth.mode')
    return err({ code: 'password_missing', message: issue.message });
  return err({
    code: 'config_refused',
    message: issue === undefined ? message : `${issue.path} ${issue.message}`,
  });
}

/** What the clipboard holds, if that still is what the page has shown. */
async function takeShown(
  core: Core,
  clipboard: ClipboardGuard,
  kind: Kind,
  shown: string,
): Promise<IpcReply<Secret>> {
  const text = await candidate(clipboard);
  const inspected = core.tokens.inspect(text, kind);
  if (!inspected.ok) return err({ code: inspected.error, message: `the clipboard holds no usable ${kind}` });
  return inspected.value.fingerprint === shown
    ? ok(new Secret(text))
    : err({ code: 'clipboard_changed', message: 'the clipboard no longer holds what was shown' });
}

/** Megabytes on the clipboard are no token; a piece of them is refused like any text with odd characters. */
async function candidate(clipboard: ClipboardGuard): Promise<string> {
  const text = await clipboard.readText();
  return text.length > MAX_CLIPBOARD_CHARS ? '\u0000' : text;
}

function wantedKind(core: Core): Kind {
  return core.settings.get().gateway.auth.mode === 'password' ? 'password' : 'token';
}
