// How long a WeChat login will last. The wire never says; people report that it ends after about thirty days
// (reference/channels section 6 (b)). So it is told as a habit, ahead of time, and never as a fact.

import type { EpochContext } from '../../channel-adapter';

const DAY_MS = 86_400_000;
const USUAL_LIFETIME_MS = 30 * DAY_MS;
const WARN_AHEAD_MS = 3 * DAY_MS;
const FIX =
  'Log in again before it ends: open this account on the Channels page and scan a new QR code with WeChat.';

/** Call the result whenever the login has just been proven. Does nothing where nobody knows when it was made. */
export function loginAge(context: EpochContext): () => void {
  const savedAt = context.store.get('savedAt');
  if (typeof savedAt !== 'number' || !Number.isFinite(savedAt)) return () => undefined;
  const endsAt = savedAt + USUAL_LIFETIME_MS;
  let told = false;
  let warned = false;
  return () => {
    if (!told) context.expiresAt(endsAt);
    told = true;
    const now = context.clock.now();
    if (warned || now < endsAt - WARN_AHEAD_MS) return;
    warned = true;
    const days = Math.floor((now - savedAt) / DAY_MS);
    context.warn({
      class: 'auth',
      code: 'login_age',
      message: `this login is ${days} days old, and WeChat usually ends one after about 30`,
      fix: FIX,
    });
  };
}
