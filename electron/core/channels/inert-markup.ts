// Takes the effect out of what a vendor would read as a mention or a button in a text, where its wire has no other
// way: what is sent through us never pings anybody. Pure; called by adapters for texts that go out.

/** Unseen by people; vendors do not read on behind it. */
const BREAK = '\u200b';

/** `starts`: a global expression for the first character of each piece of markup, and of nothing else. */
export function inertMarkup(text: string, starts: RegExp): string {
  return text.replace(starts, `$&${BREAK}`);
}
