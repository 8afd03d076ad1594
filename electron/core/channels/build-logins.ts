// Builds the logins by QR code over the real settings, vault and editor. Called by core.ts; the panel and the
// gateway's `web.login.*` share what comes out, so that both see the same login.

import { channelKind, vaultNameOf } from '../../../shared/model/channel-kinds';
import { err, ok } from '../lib/result';
import type { Secret } from '../lib/secret';
import type { SecretVault, SettingsSource } from '../ports';
import { channelView, DEFAULT_ACCOUNT } from './account-draft';
import type { AccountEditor } from './account-editor';
import type { ChannelAdapter } from './channel-adapter';
import { LoginSessions, type LoginSessionsOptions, type LoginTarget } from './login-sessions';

/** The vendor takes no more. */
const MAX_KNOWN = 10;

export interface LoginParts extends Pick<LoginSessionsOptions, 'clock' | 'random' | 'logger' | 'net'> {
  readonly adapters: readonly ChannelAdapter[];
  readonly settings: Pick<SettingsSource, 'get'>;
  readonly vault: Pick<SecretVault, 'get'>;
  readonly editor: Pick<AccountEditor, 'link'>;
}

export function buildLogins({ adapters, settings, vault, editor, ...rest }: LoginParts): LoginSessions {
  return new LoginSessions({
    ...rest,
    adapterOf: (channel) => adapters.find(({ meta }) => meta.id === channel),
    contextOf: (target) => ({
      endpoints: endpointsOf(settings, target),
      knownSecrets: knownSecrets(settings, vault, target.channel),
    }),
    commit: async (step, { channel, accountId = step.accountId }) => {
      const linked = await editor.link(channel, accountId, step);
      if (linked.ok) return ok(accountId);
      const { code, message } = linked.error;
      return err({ class: 'config', code, message: `the login was not kept: ${message}` });
    },
  });
}

function endpointsOf(
  settings: LoginParts['settings'],
  { channel, accountId }: LoginTarget,
): Readonly<Record<string, string>> {
  const view = channelView(settings.get(), channel);
  const own = accountId === undefined ? undefined : view?.accounts[accountId];
  return { ...(view?.endpoints as object), ...(own?.endpoints as object) };
}

/** Newest first: accounts stand in the order in which they were added. */
function knownSecrets(
  settings: LoginParts['settings'],
  vault: LoginParts['vault'],
  channel: string,
): readonly Secret[] {
  const accounts = Object.keys(channelView(settings.get(), channel)?.accounts ?? {}).reverse();
  return [...accounts, DEFAULT_ACCOUNT]
    .flatMap((account) =>
      (channelKind(channel)?.loginSecrets ?? []).flatMap(
        (key) => vault.get(vaultNameOf(channel, account, key)) ?? [],
      ),
    )
    .slice(0, MAX_KNOWN);
}
