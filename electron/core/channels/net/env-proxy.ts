// The proxy of a headless gateway: HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl and most programs read them. The app
// asks Electron instead.

import { getProxyForUrl } from 'proxy-from-env';
import type { ResolveProxy } from './system-net';

export const resolveEnvProxy: ResolveProxy = async (url) => {
  const proxy = getProxyForUrl(url);
  return proxy === '' ? undefined : proxy;
};
