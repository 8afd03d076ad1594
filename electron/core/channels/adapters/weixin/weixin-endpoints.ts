// Where WeChat's iLink API is, and where it may send us. Pure; used by weixin-adapter and weixin-login.

import { vendorDomains } from '../../../../../shared/model/channel-kinds';
import { err, ok, type Result } from '../../../lib/result';
import type { AccountStore } from '../../account-store';
import type { EpochFailure } from '../../channel-adapter';
import { followable } from '../../net/followable';

export const LOGIN_BASE = 'https://ilinkai.weixin.qq.com';
export const VENDOR_DOMAINS = vendorDomains('openclaw-weixin');

/** The base that the login has named; checked again, because a file on disk can be edited. */
export function apiBase(login: string | undefined, store: AccountStore): Result<string, EpochFailure> {
  const base = login ?? LOGIN_BASE;
  const stored = store.get('baseUrl') ?? base;
  if (typeof stored === 'string' && followable(stored, base, VENDOR_DOMAINS)) return ok(stored);
  return err({
    class: 'config',
    code: 'foreign_host',
    message: "the server that is stored for this account is not WeChat's",
    fix: 'Log in again: open this account on the Channels page and scan a new QR code with WeChat.',
  });
}
