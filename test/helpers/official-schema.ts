// Checks a value against one of the official TypeBox schemas and names what does not fit.

import { Value } from 'typebox/value';

export function schemaErrors(schema: unknown, value: unknown): string[] {
  return [...Value.Errors(schema as Parameters<typeof Value.Errors>[0], value)].map(
    (error) => `${error.instancePath}: ${error.message}`,
  );
}
