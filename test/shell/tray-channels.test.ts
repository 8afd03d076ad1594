// What the tray says of channels in trouble: the panel's word, and why, in one menu line.

import { describe, expect, it } from 'vitest';
import { trayView } from '../../electron/shell/tray-view';
import { channelStatus, SNAPSHOT_AT, statusSnapshot } from '../helpers/status-snapshot';

type Change = Parameters<typeof channelStatus>[0];

function lines(locale: 'en' | 'zh-CN', change: Change): string {
  const channels = [channelStatus({ channel: 'wecom', label: 'WeCom', name: 'Ops', ...change })];
  const { menu } = trayView(statusSnapshot({ channels }), locale, SNAPSHOT_AT);
  const found = menu.find((item) => item.type === 'item' && item.label.startsWith('WeCom'));
  return found?.type === 'item' ? found.label : '';
}

const failure = (failureClass: 'kicked' | 'auth' | 'network' | 'permission' | 'config') =>
  ({ class: failureClass, message: 'x', at: SNAPSHOT_AT }) as const;

describe.each<readonly [string, Change, string, string]>([
  [
    'kicked',
    { word: 'disconnected', lastError: failure('kicked') },
    'WeCom (Ops): disconnected – another program took over',
    'WeCom (Ops)：已断开（被另一个程序取代）',
  ],
  [
    'a login that has ended',
    { word: 'action-needed', linked: false, lastError: failure('auth') },
    'WeCom (Ops): action needed – log in again',
    'WeCom (Ops)：需要处理（请重新登录）',
  ],
  [
    'a credential that was rejected',
    { word: 'action-needed', lastError: failure('auth') },
    'WeCom (Ops): action needed – credential rejected',
    'WeCom (Ops)：需要处理（凭据被拒绝）',
  ],
  [
    'an account without a credential',
    { word: 'action-needed', configured: false },
    'WeCom (Ops): action needed – not set up',
    'WeCom (Ops)：需要处理（尚未设置）',
  ],
  [
    'a warning on a link that works',
    { word: 'degraded', warnings: [failure('permission'), failure('config')], lastError: failure('network') },
    'WeCom (Ops): degraded – settings wrong or incomplete',
    'WeCom (Ops)：部分可用（设置有误或不完整）',
  ],
  [
    'a vendor out of reach',
    { word: 'retrying', lastError: failure('network') },
    'WeCom (Ops): retrying – unreachable',
    'WeCom (Ops)：正在重试（无法连接）',
  ],
  ['nothing known', { word: 'retrying' }, 'WeCom (Ops): retrying', 'WeCom (Ops)：正在重试'],
])('%s', (_what, change, en, zh) => {
  it('reads well in both languages', () => {
    expect([lines('en', change), lines('zh-CN', change)]).toEqual([en, zh]);
  });
});
