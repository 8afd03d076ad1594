// Waits for something that has no event of its own, looking at every turn of the event loop. What never comes true is a
// failure that says what was waited for; how long it takes on a slow machine is not judged.

/** Only for what never comes: below the deadline of a test. */
const GIVE_UP_MS = 20_000;

export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`never came true: ${holds}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
