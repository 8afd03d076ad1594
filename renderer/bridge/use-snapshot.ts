// What components read of the store: the newest snapshot, or undefined before the first answer.

import type { StatusSnapshot } from '../../shared/model/status';
import { useObservable, useServices } from './services';
import type { SnapshotState } from './snapshot-store';

export function useSnapshotState(): SnapshotState {
  return useObservable(useServices().snapshots.state);
}

export function useSnapshot(): StatusSnapshot | undefined {
  return useSnapshotState().snapshot;
}
