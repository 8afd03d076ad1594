// Turns a zod failure into upstream's wording: `at root: unexpected property 'x'`, `at /limit: must be <= 5000`.
// Names the field and the rule, never the value (SEC-49).

import type { z } from 'zod';

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unexpected property '${String(issue.keys[0]).slice(0, 64)}'`;
    case 'invalid_type':
      return issue.input === undefined ? 'required' : `must be ${issue.expected}`;
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

export function describeParamsError(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'at root: is invalid';
  const where =
    issue.path.length === 0 ? 'root' : `/${issue.path.map((part) => String(part).slice(0, 64)).join('/')}`;
  return `at ${where}: ${ruleOf(issue)}`;
}
