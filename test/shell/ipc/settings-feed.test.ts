import { expect, it } from 'vitest';
import { SettingsFeed } from '../../../electron/shell/ipc/settings-feed';
import { MemorySettings } from '../../helpers/memory-settings';

it('counts every change, so that a page can tell an older view from a newer one', () => {
  const settings = new MemorySettings();
  const feed = new SettingsFeed(settings);
  let told = 0;
  feed.onChanged(() => {
    told += 1;
  });
  expect(feed.view()).toMatchObject({ seq: 0, settings: { ui: { theme: 'system' } } });
  settings.update({ ui: { theme: 'dark' } });
  settings.update({ ui: { language: 'zh-CN' } });
  expect(feed.view()).toMatchObject({ seq: 2, settings: { ui: { theme: 'dark', language: 'zh-CN' } } });
  expect(told).toBe(2);
});
