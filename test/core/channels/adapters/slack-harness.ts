// A double of Slack and an epoch of the adapter against it; both end with the test.

import { onTestFinished } from 'vitest';
import { slackAdapter } from '../../../../electron/core/channels/adapters/slack/slack';
import { type SlackDouble, type SlackDoubleOptions, startSlackDouble } from '../../../doubles/slack';
import {
  type AccountChanges,
  accountFor,
  type RunningEpoch,
  runEpochOf,
} from '../../../helpers/adapter-epoch';
import { BareContext } from '../../../helpers/channel-doubles';

export async function startDouble(options?: SlackDoubleOptions): Promise<SlackDouble> {
  const double = await startSlackDouble(options);
  onTestFinished(() => double.close());
  return double;
}

export function start(
  double: SlackDouble,
  context = new BareContext(),
  changes: AccountChanges = {},
): RunningEpoch {
  const epoch = runEpochOf(slackAdapter, accountFor(slackAdapter, double, changes), context);
  onTestFinished(async () => {
    context.abort();
    await epoch.end;
  });
  return epoch;
}

export async function ready(options?: SlackDoubleOptions) {
  const double = await startDouble(options);
  const epoch = start(double);
  await epoch.context.until(({ isReady }) => isReady);
  return { double, ...epoch };
}

/** What was said under this name, in order. */
export function values(context: BareContext, what: string): unknown[] {
  return context.said.filter((entry) => entry.what === what).map((entry) => entry.value);
}

export function named(name: string) {
  return (request: { readonly name: string }) => request.name === name;
}

/** Resolves when the double has so many acks. */
export async function acks(double: SlackDouble, count: number): Promise<readonly string[]> {
  await double.seen(() => double.log.filter(named('ack')).length >= count);
  return double.acked;
}
