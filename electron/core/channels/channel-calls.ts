// What the manager's calls give to panel, gateway and cron, and what it asks of a journal. Types only.

import type { JournalMessage } from '../../../shared/model/channel';
import type { StoreFailure } from '../../../shared/model/token';
import type { EpochFailure } from './channel-adapter';

export interface ChannelCallError {
  readonly code: 'unknown_channel' | 'unknown_account' | 'unsupported' | 'invalid' | StoreFailure;
  readonly message: string;
}

/** Why a text was not sent. `failure`: what the vendor or the way to it said; absent when nobody was asked. */
export interface SendError {
  readonly code: ChannelCallError['code'] | 'not_sent';
  readonly message: string;
  readonly failure?: EpochFailure;
}

export type NewJournalMessage = Omit<JournalMessage, 'seq' | 'recordedAt'>;

/** Where messages are kept; told of each accepted and each confirmed one, synchronously. */
export interface MessageSink {
  append(message: NewJournalMessage): void;
  /** Resolves when what was appended so far is on disk, or at once while the disk refuses: it is tried again later. */
  kept(): Promise<void>;
  /** Ids that came in before this start, oldest first. */
  recentIds(channel: string, accountId: string): readonly string[];
}
