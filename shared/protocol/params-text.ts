// Turns a zod failure into the words of upstream's validators: `at root: unexpected property 'x'`, `must have required
// property 'text'`, `at /limit: must be <= 5000`. Names the field and the rule, never the value (SEC-49).

import type { z } from 'zod';
import type { ProtocolVersion } from './version';

/** zod's names for what JSON Schema, and so upstream, calls otherwise. */
const JSON_TYPES: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

/** The first of what is wrong. Needs the issues' inputs (`reportInput`), which tell an absent value from a wrong one. */
export function describeParamsError(error: z.ZodError, protocol: ProtocolVersion): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'at root: is invalid';
  if (issue.code === 'unrecognized_keys') {
    const where = issue.path.length === 0 ? 'at root: ' : placeOf(issue.path);
    return `${where}unexpected property '${clean(String(issue.keys[0]))}'`;
  }
  const name = issue.path.at(-1);
  if (name !== undefined && isAbsent(issue)) {
    return `${placeOf(issue.path.slice(0, -1))}must have required property '${clean(String(name))}'`;
  }
  return `${placeOf(issue.path)}${ruleOf(issue, protocol)}`;
}

function isAbsent({ code, input }: z.core.$ZodIssue): boolean {
  return (code === 'invalid_type' || code === 'invalid_value') && input === undefined;
}

/** Upstream names the root only where a property is too many. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `at /${path.map((part) => clean(String(part))).join('/')}: `;
}

function ruleOf(issue: z.core.$ZodIssue, protocol: ProtocolVersion): string {
  // The two versions have validators of different make.
  const mustNot = protocol >= 4 ? 'must not' : 'must NOT';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${JSON_TYPES[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return isNumber(issue)
        ? `must be <= ${issue.maximum}`
        : `${mustNot} have more than ${issue.maximum} ${unitOf(issue)}`;
    case 'too_small':
      return isNumber(issue)
        ? `must be >= ${issue.minimum}`
        : `${mustNot} have fewer than ${issue.minimum} ${unitOf(issue)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? 'must be equal to constant'
        : 'must be equal to one of the allowed values';
    case 'invalid_format':
      return issue.pattern === undefined
        ? 'is invalid'
        : `must match pattern "${issue.pattern.replace(/^\/|\/[a-z]*$/g, '')}"`;
    case 'invalid_union':
      return 'must match a schema in anyOf';
    default:
      return 'is invalid';
  }
}

function isNumber({ origin }: { readonly origin: string }): boolean {
  return origin === 'number' || origin === 'int';
}

function unitOf({ origin }: { readonly origin: string }): string {
  return origin === 'string' ? 'characters' : 'items';
}

/** A client chooses its property names; they go into close reasons and logs. */
function clean(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').slice(0, 64);
}
