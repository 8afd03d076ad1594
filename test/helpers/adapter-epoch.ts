// One epoch of a real adapter against its double, without a manager: what the adapters' own tests share.

import type { FieldAccount } from '../../electron/core/channels/account-config';
import type {
  ChannelAdapter,
  EpochEnd,
  EpochFailure,
  ProbeContext,
} from '../../electron/core/channels/channel-adapter';
import { Secret } from '../../electron/core/lib/secret';
import { vaultNameOf } from '../../shared/model/channel-kinds';
import { settingsSchema } from '../../shared/model/settings';
import type { ChannelDouble } from '../doubles/channel-double';
import { BareContext } from './channel-doubles';

export interface AccountChanges {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** The account `default` as settings and vault give it for this double. */
export function accountFor(
  adapter: ChannelAdapter<FieldAccount>,
  double: ChannelDouble,
  changes: AccountChanges = {},
): FieldAccount {
  const own = { ...double.settings, ...changes.settings };
  const settings = settingsSchema.parse({ channels: { [double.channel]: own } });
  const vault = new Map(
    Object.entries({ ...double.secrets, ...changes.secrets }).map(([key, text]) => [
      vaultNameOf(double.channel, 'default', key),
      new Secret(text),
    ]),
  );
  return adapter.config.resolve(settings, 'default', { get: (name) => vault.get(name) });
}

export interface RunningEpoch {
  readonly context: BareContext;
  readonly end: Promise<EpochEnd>;
  /** The failure it ended with; throws for another end. */
  failure(): Promise<EpochFailure>;
}

export function runEpochOf(
  adapter: ChannelAdapter<FieldAccount>,
  account: FieldAccount,
  context = new BareContext(),
): RunningEpoch {
  const end = adapter.run(account, context);
  return {
    context,
    end,
    async failure() {
      const result = await end;
      if (result.kind !== 'failed') throw new Error(`ended as ${result.kind}`);
      return result.failure;
    },
  };
}

export function probeContextOf(context: BareContext): ProbeContext {
  const { signal, clock, random, net, store } = context;
  return { signal, clock, random, net, store, hasRoute: () => false };
}
