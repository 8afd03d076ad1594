// All methods of this gateway. hello-ok advertises exactly this table, less the hidden ones; the handlers' type
// demands one handler per name (protocol sections 3.9 and 5).

import type { z } from 'zod';
import type { MethodSpec } from './method-spec';
import { channelsMethods } from './methods/channels';
import { configMethods } from './methods/config';
import { coreMethods } from './methods/core';
import { cronMethods } from './methods/cron';
import { devicesMethods } from './methods/devices';
import { gatehouseMethods } from './methods/gatehouse';
import { miscMethods } from './methods/misc';
import type { Scope } from './scopes';

export const METHODS = {
  ...coreMethods,
  ...miscMethods,
  ...channelsMethods,
  ...configMethods,
  ...cronMethods,
  ...devicesMethods,
  ...gatehouseMethods,
} as const satisfies Record<string, MethodSpec>;

export type MethodName = keyof typeof METHODS;
export type MethodParams<K extends MethodName> = z.infer<(typeof METHODS)[K]['params']>;

/** A method in no table needs admin before anybody learns that it is unknown (section 5). */
export const UNKNOWN_METHOD_SCOPE: Scope = 'operator.admin';

export const ADVERTISED_METHODS = (Object.keys(METHODS) as MethodName[]).filter(
  (name) => (METHODS[name] as MethodSpec).hidden !== true,
);

export function isMethodName(text: string): text is MethodName {
  return Object.hasOwn(METHODS, text);
}
