// Turns a zod failure into upstream's wording: `at root: unexpected property 'x'`, `at /limit: must be <= 5000`.
// Names the field and the rule, never the value (SEC-49).

import type { z } from 'zod';

/** zod's names for what JSON Schema, and so upstream, calls otherwise. */
const JSON_TYPES: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

/** zod leaves the input out of its issues, so only its text tells an absent value from one of a wrong type. */
function isAbsent({ message }: z.core.$ZodIssue): boolean {
  return message.endsWith('received undefined');
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unexpected property '${clean(String(issue.keys[0]))}'`;
    case 'invalid_type':
      return isAbsent(issue) ? 'required' : `must be ${JSON_TYPES[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be <= ${issue.maximum}`
        : `must not exceed ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be >= ${issue.minimum}`
        : `must have at least ${issue.minimum}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => String(value)).join(', ')}`;
    default:
      return 'is invalid';
  }
}

/** A client chooses its property names; they go into close reasons and logs. */
function clean(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '').slice(0, 64);
}

export function describeParamsError(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'at root: is invalid';
  const where =
    issue.path.length === 0 ? 'root' : `/${issue.path.map((part) => clean(String(part))).join('/')}`;
  return `at ${where}: ${ruleOf(issue)}`;
}
