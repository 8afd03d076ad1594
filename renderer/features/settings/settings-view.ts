// Pure helpers of the Settings page: what typed text becomes, and whose error a refused change is.

import type { IpcError } from '../../../shared/ipc/contract';
import type { Settings } from '../../../shared/model/settings';
import type { GatewayStatus } from '../../../shared/model/status';
import type { I18n } from '../../i18n/t';

export type NumberField = 'gateway.port' | 'probe.intervalMs';

/**
 * The number to send to main, which is the judge of its range. Undefined when the text is no whole number at all:
 * that cannot be sent.
 */
export function parseWholeNumber(text: string): number | undefined {
  const trimmed = text.trim();
  return /^-?\d{1,9}$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** Main names the field at fault; for the two numbers this page knows the rule in words. */
export function settingsErrorText(error: IpcError, field: NumberField, i18n: I18n): string {
  const about = error.field === field || error.field?.endsWith(`.${field}`);
  return about ? i18n.t(`settings.${field}.error`) : i18n.error(error);
}

/** The gateway still listens on another port than the one that is set; 0 is content with any. */
export function needsRestart(settings: Settings, gateway: GatewayStatus | undefined): boolean {
  const { port } = settings.gateway;
  return gateway?.url !== undefined && port !== 0 && !gateway.url.endsWith(`:${port}`);
}
