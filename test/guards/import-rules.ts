// Who may import whom: docs/architecture.md, section "Rules of import", as data. A zone is a folder or a single file;
// what a rule does not name is forbidden.
import { builtinModules } from 'node:module';
import path from 'node:path';
import type { ImportUse } from '../helpers/source-imports';

type Zone = string;

interface Rule {
  /** Zones whose code may be used at run time. The own zone always may. */
  readonly values?: readonly Zone[];
  /** Zones that may be named in types only. `core/*` stands for every folder of core. */
  readonly types?: readonly Zone[];
  readonly packages?: readonly string[];
  readonly node?: boolean;
}

const SHARED = ['shared', 'shared/ipc', 'shared/model', 'shared/protocol'];
const SHARED_TYPES = { types: SHARED };

/** First match wins, so that a file comes before its folder. Without an extension, as in an import. */
const ZONES: readonly (readonly [RegExp, Zone])[] = [
  [/^shared\/(ipc|model|protocol)\//, 'shared/$1'],
  [/^shared\//, 'shared'],
  // What every part of core stands on: helpers, and the interfaces that the shell fills.
  [/^electron\/core\/(?:lib\/|ports$)/, 'core/lib'],
  // The facade: core.ts and what lies beside it.
  [/^electron\/core\/[^/]+$/, 'core'],
  [/^electron\/core\/gateway\/methods\//, 'core/gateway/methods'],
  [/^electron\/core\/([^/]+)\//, 'core/$1'],
  [/^electron\/shell\/storage\//, 'shell/storage'],
  [/^electron\/shell\//, 'shell'],
  [/^electron\/preload$/, 'preload'],
  [/^electron\/(?:headless|cli)(?:\/|$)/, 'headless'],
  [/^electron\/(?:main|app)$/, 'app'],
  [/^renderer\//, 'renderer'],
];

const CORE_BASE = ['core/lib', ...SHARED];

const CORE: Readonly<Record<Zone, Rule>> = {
  core: { values: ['core/*', ...SHARED] },
  'core/lib': { values: CORE_BASE, types: ['core/tokens', 'core/auth-log'] },
  'core/tokens': { values: CORE_BASE },
  'core/auth-log': { values: CORE_BASE, types: ['core/tokens'] },
  'core/status': { values: CORE_BASE },
  'core/channels': {
    values: [...CORE_BASE, 'core/status'],
    packages: ['https-proxy-agent', 'proxy-from-env'],
  },
  'core/probe': { values: [...CORE_BASE, 'core/tokens', 'core/status'] },
  'core/config': { values: [...CORE_BASE, 'core/tokens'] },
  'core/cron': { values: [...CORE_BASE, 'core/channels', 'core/status'] },
  'core/diagnosis': { values: [...CORE_BASE, 'core/tokens', 'core/auth-log', 'core/status'] },
  'core/gateway': {
    values: [...CORE_BASE, 'core/gateway/methods', 'core/tokens', 'core/auth-log', 'core/status'],
    // The server hands these facades on to the methods and never calls them itself.
    types: ['core/channels', 'core/config', 'core/cron', 'core/diagnosis'],
  },
  'core/gateway/methods': {
    values: [
      ...CORE_BASE,
      'core/gateway',
      'core/tokens',
      'core/auth-log',
      'core/status',
      'core/channels',
      'core/config',
      'core/cron',
      'core/diagnosis',
    ],
    packages: ['qrcode'],
  },
};

const RULES: Readonly<Record<Zone, Rule>> = {
  shared: {},
  'shared/ipc': { values: ['shared'], types: ['shared/model'] },
  'shared/model': { values: ['shared', 'shared/protocol'], packages: ['zod'] },
  'shared/protocol': { values: ['shared', 'shared/model'], packages: ['zod'] },
  ...Object.fromEntries(
    Object.entries(CORE).map(([zone, rule]) => [
      zone,
      { ...rule, node: true, packages: ['ws', 'croner', 'json5', ...(rule.packages ?? [])] },
    ]),
  ),
  shell: {
    values: ['core', 'core/lib', 'shell/storage', ...SHARED],
    types: ['core/*'],
    packages: ['electron', 'electron-store', 'conf', 'zod', 'electron-updater'],
    node: true,
  },
  'shell/storage': {
    values: ['core/lib', ...SHARED],
    types: ['core', 'core/*'],
    packages: ['electron', 'electron-store', 'conf', 'zod'],
    node: true,
  },
  // The two composition roots choose what createCore is given: the channel adapters, the look-up of a port's owner.
  app: {
    values: ['core', 'core/lib', 'core/channels', 'core/diagnosis', 'shell', 'shell/storage', ...SHARED],
    types: ['core/*'],
    packages: ['electron', 'electron-store'],
    node: true,
  },
  preload: { ...SHARED_TYPES, values: ['shared/ipc'], packages: ['electron'] },
  headless: {
    values: [
      'core',
      'core/lib',
      'core/channels',
      'core/diagnosis',
      // The command works on a stored credential without a gateway, and on a running one as its client.
      'core/tokens',
      'core/auth-log',
      'core/probe',
      'shell/storage',
      ...SHARED,
    ],
    types: ['core/*'],
    packages: ['conf', 'ws'],
    node: true,
  },
  renderer: {
    ...SHARED_TYPES,
    // The helpers right in shared/ hang on nothing.
    values: ['shared'],
    packages: [
      'react',
      'react-dom',
      '@base-ui/react',
      '@tanstack/react-virtual',
      'uplot',
      'lucide-react',
      'qrcode',
    ],
  },
};

export function zoneOf(file: string): Zone | undefined {
  const bare = file.replace(/(\.d)?\.(ts|tsx|css|html|json)$/, '');
  for (const [pattern, zone] of ZONES) {
    const match = pattern.exec(bare);
    if (match) return zone.replace('$1', match[1] ?? '');
  }
  return undefined;
}

function listed(zones: readonly Zone[] | undefined, zone: Zone): boolean {
  return (zones ?? []).some(
    (each) => each === zone || (each.endsWith('/*') && zone.startsWith(each.slice(0, -1))),
  );
}

/** @returns `file -> specifier` with the reason, or undefined when the import is allowed */
export function violation(file: string, use: ImportUse): string | undefined {
  const reason = reasonAgainst(file, use);
  return reason && `${file} -> ${use.specifier} (${reason})`;
}

function reasonAgainst(file: string, { specifier, typeOnly }: ImportUse): string | undefined {
  const zone = zoneOf(file);
  const rule = zone === undefined ? undefined : RULES[zone];
  if (zone === undefined || !rule) return 'this place has no rule: add it to import-rules.ts';
  if (specifier.startsWith('.')) {
    const target = path.posix.join(path.posix.dirname(file), specifier);
    const targetZone = zoneOf(target);
    if (targetZone === undefined) return 'leads out of the sources';
    if (targetZone === zone || listed(rule.values, targetZone)) return undefined;
    if (!listed(rule.types, targetZone)) return `${zone} may not import ${targetZone}`;
    return typeOnly ? undefined : `${zone} may import only types of ${targetZone}`;
  }
  if (specifier.startsWith('node:') || builtinModules.includes(specifier))
    return rule.node ? undefined : `${zone} may not use Node`;
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
  return rule.packages?.includes(name) ? undefined : `${zone} may not use the package ${name}`;
}
