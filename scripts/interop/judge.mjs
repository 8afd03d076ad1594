// Decides whether one command came out right. Pure but for the row's own check.
import { shape } from './shape.mjs';

/**
 * @param {import('./commands.mjs').Row} row
 * @param {import('./command-line.mjs').Ended} ended
 * @param {readonly import('./tap.mjs').Conversation[]} conversations
 * @param {import('./commands.mjs').World} world
 * @returns {Promise<string | undefined>} why it failed
 */
export async function judge(row, ended, conversations, world) {
  const { code, stdout, stderr, timedOut } = ended;
  if (timedOut) return 'did not end in time';
  const calls = callsIn(conversations);
  const expected = Array.isArray(row.refused) ? row.refused : (row.refused?.[world.version] ?? []);
  const refused = calls.find(({ method, error }) => error && !expected.includes(method));
  if (refused) return `the gateway refused ${refused.method}: ${refused.error.code} ${refused.error.message}`;
  if (code !== (row.code ?? 0)) return `exit code ${code}: ${lastLine(stderr) || lastLine(stdout)}`;
  const missing = row.calls?.find((method) => !calls.some((call) => call.method === method && call.answered));
  if (missing) return `${missing} was not called and answered`;
  if (row.says && !row.says.test(`${stdout}\n${stderr}`)) return `does not say ${row.says}`;
  const parsed = parse(row.form, stdout);
  if (parsed.problem) return parsed.problem;
  const wrong = row.shape && shape(parsed.json, row.shape);
  return wrong ?? row.check?.({ json: parsed.json, text: stdout, errors: stderr, world });
}

function parse(form, text) {
  if (form === 'text') return { json: undefined };
  try {
    const lines = text.trim().split('\n');
    return { json: form === 'lines' ? lines.map((line) => JSON.parse(line)) : JSON.parse(text) };
  } catch {
    return { problem: `standard output is not JSON: ${text.trim().slice(0, 160)}` };
  }
}

/**
 * @param {readonly import('./tap.mjs').Conversation[]} conversations
 * @returns {{ method: string, params?: any, answered: boolean, error?: { code: string, message: string }, payload?: any }[]}
 */
export function callsIn(conversations) {
  return conversations.flatMap(({ said }) =>
    said
      .filter(({ from, frame }) => from === 'client' && frame?.type === 'req')
      .map(({ frame: { id, method, params } }) => {
        const answer = said.find(({ from, frame }) => from === 'gateway' && frame?.id === id)?.frame;
        return {
          method,
          params,
          answered: answer?.ok === true,
          error: answer?.error,
          payload: answer?.payload,
        };
      }),
  );
}

const lastLine = (text) => text.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
