// Who is and was recently here, as `system-presence` and hello-ok report it (protocol section 2.6): a self entry,
// one entry per client instance, gone clients for five minutes, at most 200 in all.

import { hostname, networkInterfaces, release } from 'node:os';
import type { PresenceEntry } from '../../../shared/protocol/hello';
import type { Clock } from '../lib/clock';
import { cleanForeignText } from '../lib/foreign-text';
import type { Connection } from './connection';

const TTL_MS = 300_000;
const MAX_ENTRIES = 200;

/** One-shot helpers come and go by the hundred; upstream keeps no presence of them either. */
const PASSERS_BY: readonly string[] = ['cli', 'backend', 'probe'];

interface Slot {
  entry: PresenceEntry;
  live: number;
}

/** What a device says of itself with `system-event`; believed as far as presence goes and no further. */
export type PresenceNote = {
  readonly [K in keyof Omit<PresenceEntry, 'ts'>]?: PresenceEntry[K] | undefined;
};

export class Presence {
  readonly #clock: Clock;
  readonly #self: PresenceEntry;
  readonly #slots = new Map<string, Slot>();
  #version = 1;

  constructor(options: { readonly clock: Clock; readonly version: string }) {
    this.#clock = options.clock;
    this.#self = {
      host: hostname(),
      ip: primaryAddress(),
      version: options.version,
      platform: `${process.platform} ${release()}`,
      mode: 'gateway',
      reason: 'self',
      text: `Gateway: ${hostname()} · app ${options.version} · mode gateway · reason self`,
      ts: options.clock.now(),
    };
  }

  get version(): number {
    return this.#version;
  }

  connected(connection: Connection): void {
    const { client, principal } = connection;
    if (client === undefined || principal === undefined || connection.internal) return;
    if (PASSERS_BY.includes(client.mode)) return;
    const key = keyOf(connection);
    const slot = this.#slots.get(key);
    // Re-inserting keeps the map in order of last change, so the first entry is the oldest.
    this.#slots.delete(key);
    this.#slots.set(key, { entry: this.#entry(connection, 'connect'), live: (slot?.live ?? 0) + 1 });
    this.#trim();
    this.#version += 1;
  }

  disconnected(connection: Connection): void {
    const key = keyOf(connection);
    const slot = this.#slots.get(key);
    if (slot === undefined || connection.principal === undefined || connection.internal) return;
    slot.live -= 1;
    if (slot.live <= 0) {
      this.#slots.delete(key);
      this.#slots.set(key, { entry: this.#entry(connection, 'disconnect'), live: 0 });
    }
    this.#version += 1;
  }

  /** @returns false when it does not say whose presence it is */
  note(note: PresenceNote): boolean {
    const said = shown(note);
    const key = said.instanceId ?? said.deviceId ?? said.host;
    if (key === undefined || key === '') return false;
    const slot = this.#slots.get(key);
    const entry: PresenceEntry = { ...slot?.entry, ...said, ts: this.#clock.now() };
    this.#slots.delete(key);
    this.#slots.set(key, { entry, live: slot?.live ?? 0 });
    this.#trim();
    this.#version += 1;
    return true;
  }

  list(): PresenceEntry[] {
    const oldest = this.#clock.now() - TTL_MS;
    for (const [key, slot] of this.#slots) {
      if (slot.live === 0 && slot.entry.ts < oldest) this.#slots.delete(key);
    }
    return [{ ...this.#self, ts: this.#clock.now() }, ...[...this.#slots.values()].map((slot) => slot.entry)];
  }

  #entry(connection: Connection, reason: 'connect' | 'disconnect'): PresenceEntry {
    const { client, principal, peer } = connection;
    const name = client?.displayName ?? client?.id ?? 'unknown';
    return {
      host: name,
      ip: peer.remoteAddress,
      ...(client?.version === undefined ? {} : { version: client.version }),
      ...(client?.platform === undefined ? {} : { platform: client.platform }),
      ...(client?.mode === undefined ? {} : { mode: client.mode }),
      reason,
      text: `Node: ${name} · mode ${client?.mode ?? 'unknown'}`,
      ts: this.#clock.now(),
      ...(principal?.deviceId === undefined ? {} : { deviceId: principal.deviceId }),
      roles: [principal?.role ?? 'operator'],
      scopes: principal?.scopes ?? [],
      ...(client?.instanceId === undefined ? {} : { instanceId: client.instanceId }),
    };
  }

  #trim(): void {
    for (const key of this.#slots.keys()) {
      // With the self entry the list is one longer than the map.
      if (this.#slots.size < MAX_ENTRIES) return;
      this.#slots.delete(key);
    }
  }
}

/** What was said and may be shown: it comes to every client that looks, terminals too. */
function shown(note: PresenceNote): Omit<PresenceEntry, 'ts'> {
  const clean = (value: unknown) => (typeof value === 'string' ? cleanForeignText(value) : value);
  const said = Object.entries(note).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    said.map(([name, value]) => [name, Array.isArray(value) ? value.map(clean) : clean(value)]),
  );
}

/** A program that reconnects every minute is one entry, not sixty. */
function keyOf(connection: Connection): string {
  const { client, peer } = connection;
  return client?.instanceId ?? `${client?.displayName ?? client?.id}|${client?.mode}|${peer.remoteAddress}`;
}

function primaryAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => !address.internal && address.family === 'IPv4');
    if (found !== undefined) return found.address;
  }
  return '127.0.0.1';
}
