// Renders the whole page against a FakeBridge, as main.tsx does. Each test gets its own bridge and services.

import { cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect } from 'vitest';
import { App } from '../../renderer/app';
import { createServices } from '../../renderer/bridge/services';
import type { DevicesView, PageId } from '../../shared/ipc/contract';
import type { AuthAttemptEvent, AuthEvent } from '../../shared/model/auth-event';
import type { CronJobView } from '../../shared/model/cron';
import { defaultSettings } from '../../shared/model/settings';
import type { StatusSnapshot } from '../../shared/model/status';
import { jobPage, pageOf } from '../helpers/cron-views';
import { FakeBridge, replied } from '../helpers/fake-bridge';
import { probeReport, SNAPSHOT_AT, statusSnapshot } from '../helpers/status-snapshot';

// How long a page takes on a slow machine is not judged; the usual second would.
configure({ asyncUtilTimeout: 20_000 });

export const NOW = SNAPSHOT_AT + 11_000;

afterEach(() => {
  cleanup();
  window.location.hash = '';
});

/** Everything fine and proven eleven seconds before NOW. */
export function fineSnapshot(change: Partial<StatusSnapshot> = {}): StatusSnapshot {
  const last = probeReport({ at: SNAPSHOT_AT - 1_000 });
  return statusSnapshot({
    probe: { running: false, intervalMs: 60_000, internalRefusals: 0, last, lastOkAt: last.at },
    ...change,
  });
}

export function attempt(change: Partial<AuthAttemptEvent> = {}): AuthAttemptEvent {
  return {
    event: 'auth.attempt',
    seq: 1,
    at: NOW - 60_000,
    monoMs: 1,
    outcome: 'refused',
    reason: 'token_mismatch',
    connId: 'conn-1',
    peer: '127.0.0.1:50000',
    scopesAsked: [],
    scopesGranted: [],
    credential: 'token',
    presentedAs: 'unknown',
    presentedFingerprint: 'aaaaaaaaaaaa',
    comparedFingerprint: '0123456789ab',
    comparedGeneration: 1,
    originClass: 'none',
    hasDevice: false,
    internal: false,
    durationMs: 3,
    ...change,
  };
}

export interface Options {
  readonly snapshot?: StatusSnapshot;
  readonly page?: PageId;
  readonly locale?: 'en' | 'zh-CN';
  readonly events?: readonly AuthEvent[];
  readonly devices?: DevicesView;
  readonly jobs?: readonly CronJobView[];
  /** Changes the usual answers before the page asks. */
  readonly prepare?: (bridge: FakeBridge) => void;
}

export async function renderApp(options: Options = {}) {
  const events = options.events ?? [];
  const bridge = new FakeBridge()
    .answer('status.get', () => replied(options.snapshot ?? fineSnapshot()))
    .answer('settings.get', () => replied({ seq: 0, settings: defaultSettings() }))
    .answer('app.info', () =>
      replied({
        version: '0.1.0',
        electron: '45.4.1',
        node: '24.0.0',
        platform: 'linux',
        home: '~/.config/gatehouse',
        locale: options.locale ?? 'en',
        hasTray: true,
      }),
    )
    .answer('devices.list', () => replied(options.devices ?? { pending: [], paired: [] }))
    .answer('cron.list', (query) => replied(jobPage(options.jobs ?? [], query)))
    .answer('cron.runs', (query) => replied({ entries: [], ...pageOf(0, query) }))
    .answer('channels.kinds', () => replied([]))
    .answer('messages.conversations', () => replied([]))
    .answer('authLog.query', (query) => {
      const matching = events.filter(
        (event) => query.outcome === undefined || ('outcome' in event && event.outcome === query.outcome),
      );
      return replied({ events: matching, total: matching.length });
    });
  options.prepare?.(bridge);
  window.location.hash = options.page ? `#/${options.page}` : '';
  const view = render(<App services={createServices({ bridge, now: () => NOW })} />);
  const page = await screen.findByTestId(`page-${options.page ?? 'overview'}`);
  // It listens to main a moment after it is drawn.
  await waitFor(() => expect(bridge.listenerCount('navigate')).toBe(1));
  return { bridge, page, view, user: userEvent.setup() };
}
