import { expect, it } from 'vitest';
import { silenceHint } from '../../renderer/features/channels/silence-hint';
import { channelStatus, SNAPSHOT_AT } from '../helpers/status-snapshot';

const MINUTE_MS = 60_000;
const quiet = channelStatus({ channel: 'feishu', connected: true, lastConnectedAt: SNAPSHOT_AT });

it('says where to look after ten quiet minutes, for each vendor its own place', () => {
  expect(silenceHint(quiet, SNAPSHOT_AT + 10 * MINUTE_MS)).toBe('channels.quiet.feishu');
  const wecom = { ...quiet, channel: 'wecom' };
  expect(silenceHint(wecom, SNAPSHOT_AT + 10 * MINUTE_MS)).toBe('channels.quiet.other');
  const odd = { ...quiet, channel: 'constructor' };
  expect(silenceHint(odd, SNAPSHOT_AT + 10 * MINUTE_MS)).toBe('channels.quiet.other');
});

it.each([
  ['before ten minutes are over', quiet, 10 * MINUTE_MS - 1],
  ['after a message', { ...quiet, lastInboundAt: SNAPSHOT_AT }, 60 * MINUTE_MS],
  ['while something else is wrong', { ...quiet, word: 'degraded' as const }, 60 * MINUTE_MS],
  ['of a webhook, which has no link', channelStatus({ channel: 'webhook' }), 60 * MINUTE_MS],
])('says nothing %s', (_when, status, afterMs) => {
  expect(silenceHint(status, SNAPSHOT_AT + afterMs)).toBeUndefined();
});
