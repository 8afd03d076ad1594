// What components read of the store: the newest snapshot, or undefined before the first answer.

import type { StatusSnapshot } from '../../shared/model/status';
import type { SnapshotState } from './snapshot-store';
import { useObservable, useServices } from './services';

export function useSnapshotState(): SnapshotState {
  return useObservable(useServices().snapshots.state);
}

export function useSnapshot(): StatusSnapshot | undefined {
  return useSnapshotState().snapshot;
}
