// Ages and countdowns that tick. Each renders only when its own text changes; the exact instant is its tooltip.

import { useTime } from '../bridge/services';
import { useI18n } from '../i18n/i18n-context';

/** `3m ago` or `in 12s`. `at` is epoch ms. */
export function Age({ at }: { readonly at: number }) {
  const i18n = useI18n();
  const text = useTime((now) => i18n.age(at, now));
  return (
    <time dateTime={new Date(at).toISOString()} title={i18n.instant(at)}>
      {text}
    </time>
  );
}

/** The same as text, for use inside a sentence. */
export function useAge(at: number | undefined): string {
  const i18n = useI18n();
  return useTime((now) => (at === undefined ? '' : i18n.age(at, now)));
}

/** Time since `since`, counting up: `2h 14m`. */
export function Elapsed({ since }: { readonly since: number }) {
  const i18n = useI18n();
  const text = useTime((now) => i18n.duration(Math.max(1, Math.floor((now - since) / 1_000)) * 1_000));
  return <span title={i18n.instant(since)}>{text}</span>;
}
