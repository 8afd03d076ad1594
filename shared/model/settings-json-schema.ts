// The settings as a JSON schema, for clients that draw a form of them (config.schema). Made from the zod schema, so
// that it cannot say anything else; the virtual keys, which the schema must not have, are put in afterwards.

import { z } from 'zod';
import { secretKeys } from './channel-kinds';
import { settingsSchema } from './settings';

export interface JsonSchemaNode {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly additionalProperties?: JsonSchemaNode | boolean;
  readonly items?: JsonSchemaNode;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

const SECRET: JsonSchemaNode = { type: 'string', minLength: 24, maxLength: 1024 };
/** As long as its vendor makes it. */
const VENDOR_SECRET: JsonSchemaNode = { type: 'string', minLength: 1, maxLength: 1024 };

export function settingsJsonSchema(): JsonSchemaNode {
  const root = z.toJSONSchema(settingsSchema, { io: 'input', target: 'draft-7' }) as JsonSchemaNode;
  let schema = withSecret(root, ['gateway', 'auth'], 'token');
  schema = withSecret(schema, ['gateway', 'auth'], 'password');
  for (const channel of Object.keys(root.properties?.channels?.properties ?? {})) {
    for (const key of secretKeys(channel)) {
      schema = withSecret(schema, ['channels', channel], key, VENDOR_SECRET);
      schema = withSecret(schema, ['channels', channel, 'accounts', '*'], key, VENDOR_SECRET);
    }
  }
  return schema;
}

/** `*` is every key of a record. */
function withSecret(
  node: JsonSchemaNode,
  path: readonly string[],
  key: string,
  secret: JsonSchemaNode = SECRET,
): JsonSchemaNode {
  const [step, ...rest] = path;
  if (step === undefined) return { ...node, properties: { ...node.properties, [key]: secret } };
  if (step === '*') {
    return {
      ...node,
      additionalProperties: withSecret(node.additionalProperties as JsonSchemaNode, rest, key, secret),
    };
  }
  const child = node.properties?.[step];
  if (child === undefined) throw new Error(`the settings have no ${step}`);
  return { ...node, properties: { ...node.properties, [step]: withSecret(child, rest, key, secret) } };
}
