// A tray host for tests: owns org.kde.StatusNotifierWatcher on the session bus, notes the icons that register, reads
// them back (pixels, tooltip, menu) and clicks them, as a desktop's panel would.

import { createHash } from 'node:crypto';
import dbus from 'dbus-next';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const ITEM_PATH = '/StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';

class Watcher extends dbus.interface.Interface {
  readonly items: string[] = [];
  readonly waiting = new Set<() => void>();

  constructor() {
    super(WATCHER);
  }

  RegisterStatusNotifierItem(service: string): void {
    this.items.push(service);
    for (const wake of this.waiting) wake();
  }

  RegisterStatusNotifierHost(): void {}

  get RegisteredStatusNotifierItems(): string[] {
    return this.items;
  }

  get IsStatusNotifierHostRegistered(): boolean {
    return true;
  }

  get ProtocolVersion(): number {
    return 0;
  }
}
Watcher.configureMembers({
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's' },
    RegisterStatusNotifierHost: { inSignature: 's' },
  },
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: 'read' },
    IsStatusNotifierHostRegistered: { signature: 'b', access: 'read' },
    ProtocolVersion: { signature: 'i', access: 'read' },
  },
});

export interface TrayIconSeen {
  /** Hash of the exact pixels, to tell one icon from another. */
  readonly pixels: string;
  readonly sizes: readonly number[];
  readonly tooltip: string;
}

export interface TrayMenuSeen {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
}

/** One icon that registered. */
export interface SeenItem {
  icon(): Promise<TrayIconSeen>;
  menu(): Promise<readonly TrayMenuSeen[]>;
  /** Clicks the menu entry with this label; rejects when there is none. */
  choose(label: string | RegExp): Promise<void>;
  /** A click on the icon itself. */
  activate(): Promise<void>;
}

export interface SniWatcher {
  /** The `count`th icon that registered since this watcher began, waiting for it if need be. */
  item(count?: number): Promise<SeenItem>;
  /** As if the desktop's panel crashed. */
  stop(): void;
}

export async function startSniWatcher(busAddress?: string): Promise<SniWatcher> {
  const bus = busAddress === undefined ? dbus.sessionBus() : dbus.sessionBus({ busAddress });
  // The app's bus may go before we do; a test that still needs it fails by its own deadline.
  bus.on('error', () => undefined);
  const watcher = new Watcher();
  bus.export('/StatusNotifierWatcher', watcher);
  await bus.requestName(WATCHER, 0);

  async function ask(call: {
    readonly service: string;
    readonly path: string;
    readonly member: string;
    readonly of: string;
    readonly signature: string;
    readonly body: readonly unknown[];
  }): Promise<readonly unknown[]> {
    const { service, path, member, of, signature, body } = call;
    const message = new dbus.Message({
      destination: service,
      path,
      interface: of,
      member,
      signature,
      body: [...body],
    });
    return (await bus.call(message))?.body ?? [];
  }

  function seen(service: string): SeenItem {
    const properties = async () => {
      const [all] = await ask({
        service,
        path: ITEM_PATH,
        of: 'org.freedesktop.DBus.Properties',
        member: 'GetAll',
        signature: 's',
        body: [ITEM],
      });
      return plain(all) as Record<string, unknown>;
    };
    const menuPath = async () => String((await properties()).Menu);
    const menu = async (): Promise<readonly TrayMenuSeen[]> => {
      const path = await menuPath();
      const [, root] = await ask({
        service,
        path,
        of: MENU,
        member: 'GetLayout',
        signature: 'iias',
        body: [0, -1, []],
      });
      const [, , children] = plain(root) as [number, unknown, readonly [number, Record<string, unknown>][]];
      return children
        .filter(([, entry]) => entry.type !== 'separator')
        .map(([id, entry]) => ({ id, label: String(entry.label), enabled: entry.enabled !== false }));
    };
    return {
      menu,
      async icon() {
        const { IconPixmap, ToolTip } = await properties();
        const pixmaps = IconPixmap as readonly [number, number, Buffer][];
        const hash = createHash('sha256');
        for (const [, , pixels] of pixmaps) hash.update(pixels);
        const tooltip = ToolTip as readonly unknown[];
        return {
          pixels: hash.digest('hex'),
          sizes: pixmaps.map(([width]) => width),
          tooltip: [tooltip[2], tooltip[3]].filter(Boolean).join('\n'),
        };
      },
      async choose(label) {
        const entries = await menu();
        const entry = entries.find((candidate) =>
          typeof label === 'string' ? candidate.label === label : label.test(candidate.label),
        );
        if (!entry) throw new Error(`no menu entry ${label}; there are ${entries.map((each) => each.label)}`);
        const body = [entry.id, 'clicked', new dbus.Variant('s', ''), 0];
        await ask({ service, path: await menuPath(), of: MENU, member: 'Event', signature: 'isvu', body });
      },
      async activate() {
        await ask({ service, path: ITEM_PATH, of: ITEM, member: 'Activate', signature: 'ii', body: [0, 0] });
      },
    };
  }

  return {
    async item(count = 1) {
      while (watcher.items.length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            watcher.waiting.delete(wake);
            resolve();
          };
          watcher.waiting.add(wake);
        });
      }
      return seen(watcher.items[count - 1] ?? '');
    },
    stop: () => bus.disconnect(),
  };
}

function plain(value: unknown): unknown {
  if (value instanceof dbus.Variant) return plain(value.value);
  if (Buffer.isBuffer(value) || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
