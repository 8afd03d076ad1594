// config.schema and config.schema.lookup (protocol section 5.3): the schema with hints for a form, and one place
// in it. Pure. Each hint is also where a field's effect is recorded: at once, or with a restart of the gateway.

import { CHANNEL_KINDS, secretKeys } from '../../../shared/model/channel-kinds';
import type { JsonSchemaNode } from '../../../shared/model/settings-json-schema';
import { settingsJsonSchema } from '../../../shared/model/settings-json-schema';

export interface UiHint {
  readonly label: string;
  readonly help?: string;
  readonly group?: string;
  readonly advanced?: true;
  readonly sensitive?: true;
}

export type ReloadKind = 'restart' | 'hot';

/** Changing one of these restarts the gateway; everything else is in use at once. */
export const RESTART_PATHS: readonly string[] = ['gateway.port'];

const SECRET_HELP = 'Kept in the secret store, never in the settings file. Shown as a placeholder.';

/** By dotted path; `*` is the name of an account. */
export const UI_HINTS: Readonly<Record<string, UiHint>> = {
  gateway: { label: 'Gateway' },
  'gateway.port': { label: 'Port', help: '0 asks the system for a free port.', group: 'gateway' },
  'gateway.bind': { label: 'Address', help: 'Only loopback in this version.', group: 'gateway' },
  'gateway.auth.mode': { label: 'Authentication', help: 'token, password or none.', group: 'gateway' },
  'gateway.auth.token': { label: 'Gateway token', help: SECRET_HELP, group: 'gateway', sensitive: true },
  'gateway.auth.password': {
    label: 'Gateway password',
    help: SECRET_HELP,
    group: 'gateway',
    sensitive: true,
  },
  'gateway.auth.rateLimit': { label: 'Limit on failed attempts', group: 'gateway', advanced: true },
  'gateway.controlUi.allowedOrigins': {
    label: 'Allowed web pages',
    help: 'Origins whose pages may connect.',
    group: 'gateway',
    advanced: true,
  },
  'probe.intervalMs': { label: 'Time between self checks (ms)', group: 'probe', advanced: true },
  channels: { label: 'Channels' },
  ...channelHints(),
  'ui.language': { label: 'Language', group: 'ui' },
  'ui.theme': { label: 'Theme', group: 'ui' },
  'ui.closeToTray': { label: 'Keep running in the tray when the window closes', group: 'ui' },
  'ui.startHidden': { label: 'Start without a window', group: 'ui' },
};

function channelHints(): Readonly<Record<string, UiHint>> {
  const hints: Record<string, UiHint> = {};
  for (const kind of CHANNEL_KINDS) {
    const { id, label, endpoints } = kind;
    const group = 'channels';
    hints[`channels.${id}`] = { label, group };
    hints[`channels.${id}.accounts`] = { label: 'Accounts', group, advanced: true };
    for (const place of [`channels.${id}`, `channels.${id}.accounts.*`]) {
      hints[`${place}.name`] = { label: 'Name', group };
      hints[`${place}.enabled`] = { label: 'Switched on', group };
      for (const { key } of kind.fields) hints[`${place}.${key}`] = { label: `${label}: ${key}`, group };
      for (const key of secretKeys(id)) {
        hints[`${place}.${key}`] = { label: `${label}: ${key}`, help: SECRET_HELP, group, sensitive: true };
      }
      if (endpoints.length === 0) continue;
      const help = 'Other base URLs than the vendor’s own; plain http and ws only on this machine.';
      hints[`${place}.endpoints`] = { label: 'Addresses', help, group, advanced: true };
    }
  }
  return hints;
}

interface LookupChild {
  readonly key: string;
  readonly path: string;
  readonly type?: string | readonly string[];
  readonly required: boolean;
  readonly hasChildren: boolean;
  readonly reloadKind: ReloadKind;
  readonly hint?: UiHint;
  readonly hintPath?: string;
}

export interface SchemaLookup {
  readonly path: string;
  /** The place itself; what is below it is in `children`. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly reloadKind: ReloadKind;
  readonly hint?: UiHint;
  readonly hintPath?: string;
  readonly children: readonly LookupChild[];
}

/** `gateway.auth`, `/gateway/auth` and `list[0]` are understood; undefined when there is no such place. */
export function lookupSchema(path: string): SchemaLookup | undefined {
  const steps = path
    .replace(/\[([^\]]*)\]/g, '.$1')
    .split(/[./]/)
    .filter((step) => step !== '');
  let node: JsonSchemaNode | undefined = settingsJsonSchema();
  const general: string[] = [];
  for (const step of steps) {
    const named = namedChild(node, step);
    node = named ?? anyChild(node);
    if (node === undefined) return undefined;
    general.push(named === undefined ? '*' : step);
  }
  const here = steps.join('.');
  const { properties, additionalProperties, items, ...schema } = node;
  const children = [
    ...Object.entries(properties ?? {}),
    ...(isNode(additionalProperties) ? [['*', additionalProperties] as const] : []),
    ...(items === undefined ? [] : [['*', items] as const]),
  ].map(([key, child]): LookupChild => {
    const hintPath = [...general, key].join('.');
    return {
      key,
      path: here === '' ? key : `${here}.${key}`,
      ...(child.type === undefined ? {} : { type: child.type }),
      required: node?.required?.includes(key) ?? false,
      hasChildren: hasChildren(child),
      reloadKind: reloadKindOf(hintPath),
      ...hintAt(hintPath),
    };
  });
  const hintPath = general.join('.');
  return {
    path: here === '' ? path : here,
    schema,
    reloadKind: reloadKindOf(hintPath),
    ...hintAt(hintPath),
    children,
  };
}

function namedChild(node: JsonSchemaNode, step: string): JsonSchemaNode | undefined {
  return node.properties && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
}

function anyChild(node: JsonSchemaNode): JsonSchemaNode | undefined {
  return isNode(node.additionalProperties) ? node.additionalProperties : node.items;
}

function hasChildren(node: JsonSchemaNode): boolean {
  return Object.keys(node.properties ?? {}).length > 0 || anyChild(node) !== undefined;
}

function isNode(value: JsonSchemaNode | boolean | undefined): value is JsonSchemaNode {
  return typeof value === 'object';
}

/** A section restarts the gateway when something in it does. */
function reloadKindOf(path: string): ReloadKind {
  const restarts = RESTART_PATHS.some((one) => one === path || path === '' || one.startsWith(`${path}.`));
  return restarts ? 'restart' : 'hot';
}

function hintAt(path: string): { readonly hint?: UiHint; readonly hintPath?: string } {
  const hint = UI_HINTS[path];
  return hint === undefined ? {} : { hint, hintPath: path };
}
