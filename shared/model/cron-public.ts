// What of a job may be shown to everybody who may read: the targets of webhooks without their paths, in which many
// services put a secret. Used for replies without the admin scope, for the `cron` event and for the panel.

import type { CronJob } from './cron';

/** Ends every target that was cut; no real one is accepted with it. */
export const CUT_TARGET = '/…';

/** `https://host:port/…` */
export function publicTarget(to: string): string {
  const origin = /^https?:\/\/[^/?#\\]+/i.exec(to)?.[0] ?? '';
  return `${origin}${CUT_TARGET}`;
}

export function withoutTargets<J extends CronJob>(job: J): J {
  const { delivery, failureAlert } = job;
  return {
    ...job,
    ...(delivery?.mode === 'webhook' ? { delivery: { ...delivery, to: publicTarget(delivery.to) } } : {}),
    ...(failureAlert && failureAlert.mode === 'webhook'
      ? { failureAlert: { ...failureAlert, to: publicTarget(failureAlert.to) } }
      : {}),
  };
}
