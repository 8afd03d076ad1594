// Exhaustiveness check for switches over closed unions: adding a member makes every such switch a compile error.

export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
