// Waits for something that has no event of its own, by turns of the event loop and never by time. What never comes
// true is a failure that says what was waited for.

const MAX_TURNS = 20_000;

export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never came true: ${holds}`);
}
