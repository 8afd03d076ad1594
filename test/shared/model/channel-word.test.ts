import { describe, expect, it } from 'vitest';
import type { ChannelPhase, ChannelWord, FailureClass } from '../../../shared/model/channel';
import { type ChannelWordInput, channelWord as wordOf, worstWord } from '../../../shared/model/channel-word';

const ALL_CLASSES: readonly FailureClass[] = [
  'auth',
  'config',
  'permission',
  'kicked',
  'banned',
  'rate_limited',
  'network',
  'server',
  'protocol',
];
const failure = (at: number, failureClass: FailureClass = 'network') => ({
  class: failureClass,
  message: 'm',
  at,
});
const proof = (at: number) => ({ what: 'pong', at });

type Input = Omit<ChannelWordInput, 'warnings'> & Partial<ChannelWordInput>;
const channelWord = (input: Input, gatewayUp: boolean) => wordOf({ warnings: [], ...input }, gatewayUp);

const BY_PHASE: Readonly<Record<Exclude<ChannelPhase, 'ready' | 'blocked'>, ChannelWord>> = {
  unconfigured: 'action-needed',
  disabled: 'off',
  starting: 'connecting',
  authenticating: 'connecting',
  connecting: 'connecting',
  backoff: 'retrying',
  stopping: 'off',
  stopped: 'off',
};

describe('the word of a channel account', () => {
  it.each(Object.entries(BY_PHASE))('calls %s "%s" while the gateway is up', (phase, word) => {
    expect(channelWord({ phase: phase as ChannelPhase }, true)).toBe(word);
  });

  it.each([...Object.keys(BY_PHASE), 'ready', 'blocked'])(
    'claims nothing about %s while the gateway is down',
    (phase) => {
      const word = channelWord({ phase: phase as ChannelPhase, connected: true, evidence: proof(1) }, false);
      expect(word).toBe(phase === 'disabled' ? 'off' : 'unknown');
    },
  );

  it.each(ALL_CLASSES)('tells a block by %s from one that needs a person', (failureClass) => {
    const word = channelWord({ phase: 'blocked', lastError: failure(1, failureClass) }, true);
    const isForPeople = ['auth', 'config', 'permission'].includes(failureClass);
    expect(word).toBe(isForPeople ? 'action-needed' : 'disconnected');
  });

  it('calls a block without a reason disconnected', () => {
    expect(channelWord({ phase: 'blocked' }, true)).toBe('disconnected');
  });

  const ready: readonly [string, Omit<Input, 'phase'>, ChannelWord][] = [
    ['without any proof', {}, 'not-checked'],
    ['said to be connected without proof', { connected: true }, 'not-checked'],
    ['with proof', { evidence: proof(5) }, 'connected'],
    ['connected with proof', { connected: true, evidence: proof(5) }, 'connected'],
    ['with proof newer than the error', { evidence: proof(5), lastError: failure(4) }, 'connected'],
    ['with proof as old as the error', { evidence: proof(5), lastError: failure(5) }, 'connected'],
    ['with an error newer than the proof', { evidence: proof(5), lastError: failure(6) }, 'degraded'],
    ['with an error and no proof', { lastError: failure(6) }, 'degraded'],
    ['with a part that does not work', { evidence: proof(5), warnings: [failure(1)] }, 'degraded'],
    ['with its connection lost', { connected: false, evidence: proof(5) }, 'disconnected'],
  ];
  it.each(ready)('calls a ready account %s', (_name, fields, word) => {
    expect(channelWord({ phase: 'ready', ...fields }, true)).toBe(word);
  });
});

describe('the roll-up of words', () => {
  const order: readonly ChannelWord[] = [
    'disconnected',
    'action-needed',
    'degraded',
    'retrying',
    'unknown',
    'connecting',
    'not-checked',
    'connected',
    'off',
  ];

  it('lets the worse of any two words win, in either order', () => {
    for (const [index, worse] of order.entries()) {
      for (const better of order.slice(index)) {
        expect([worstWord([worse, better]), worstWord([better, worse])]).toEqual([worse, worse]);
      }
    }
  });

  it('is off when there is no account', () => {
    expect(worstWord([])).toBe('off');
  });
});
