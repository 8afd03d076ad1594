// Settings: every change is saved at once and shown as main answered it; a refused value says which and why.

import { FolderOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { IpcError } from '../../../shared/ipc/contract';
import type { Settings, SettingsPatch } from '../../../shared/model/settings';
import { useAction, useObservable, useServices } from '../../bridge/services';
import { useSnapshot } from '../../bridge/use-snapshot';
import { useI18n } from '../../i18n/i18n-context';
import { Button } from '../../ui/button';
import { EmptyState, Page } from '../../ui/card';
import { Select } from '../../ui/select';
import { StatusMark } from '../../ui/status-mark';
import { Switch } from '../../ui/switch';
import { RestartDialog } from '../overview/restart-dialog';
import { AuthModeRow } from './auth-mode-row';
import { NumberRow } from './number-row';
import { Group, Row } from './row';
import styles from './settings.module.css';
import { needsRestart } from './settings-view';

export function SettingsPage() {
  const i18n = useI18n();
  const { t } = i18n;
  const { settings: store } = useServices();
  const { settings, info, error } = useObservable(store.state);
  useEffect(() => void store.load(), [store]);
  return (
    <Page id="settings" title={t('settings.title')}>
      {error && !settings && (
        <EmptyState
          mark={<StatusMark tone="bad" shape="cross" size={20} />}
          title={t('settings.failed')}
          help={i18n.error(error)}
          action={<Button onClick={() => void store.load()}>{t('common.retry')}</Button>}
        />
      )}
      {settings && (
        <div className={styles.groups}>
          <RestartHint settings={settings} />
          <Group title={t('settings.group.gateway')}>
            <NumberRow
              field="gateway.port"
              value={settings.gateway.port}
              patch={(port) => ({ gateway: { port } })}
            />
            <AuthModeRow settings={settings} />
            <NumberRow
              field="probe.intervalMs"
              value={settings.probe.intervalMs}
              scale={1_000}
              unit={t('settings.unit.seconds')}
              patch={(intervalMs) => ({ probe: { intervalMs } })}
            />
          </Group>
          <Group title={t('settings.group.appearance')}>
            <Choice
              name="language"
              value={settings.ui.language}
              items={[
                { value: 'system', label: t('settings.language.system') },
                // Each language is named in itself, so that it can be found from any other.
                { value: 'en', label: 'English' },
                { value: 'zh-CN', label: '简体中文' },
              ]}
              patch={(language) => ({ ui: { language } })}
            />
            <Choice
              name="theme"
              value={settings.ui.theme}
              items={[
                { value: 'system', label: t('settings.theme.system') },
                { value: 'light', label: t('settings.theme.light') },
                { value: 'dark', label: t('settings.theme.dark') },
              ]}
              patch={(theme) => ({ ui: { theme } })}
            />
          </Group>
          <Group title={t('settings.group.window')}>
            <Toggle
              name="closeToTray"
              checked={settings.ui.closeToTray && info?.hasTray !== false}
              disabled={info?.hasTray === false}
              help={
                info?.hasTray === false
                  ? t('settings.ui.closeToTray.noTray')
                  : t('settings.ui.closeToTray.help')
              }
              patch={(closeToTray) => ({ ui: { closeToTray } })}
            />
            <Toggle
              name="startHidden"
              checked={settings.ui.startHidden && info?.hasTray !== false}
              disabled={info?.hasTray === false}
              help={
                info?.hasTray === false
                  ? t('settings.ui.closeToTray.noTray')
                  : t('settings.ui.startHidden.help')
              }
              patch={(startHidden) => ({ ui: { startHidden } })}
            />
          </Group>
          <DataGroup />
          <Keys />
        </div>
      )}
    </Page>
  );
}

/** One field's change: busy while main decides, its error when it refused. */
function useSave() {
  const { settings } = useServices();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<IpcError>();
  const run = async (patch: SettingsPatch) => {
    setBusy(true);
    const reply = await settings.update(patch);
    setBusy(false);
    setError(reply.ok ? undefined : reply.error);
  };
  return { run, busy, error };
}

interface ChoiceProps<T extends string> {
  readonly name: 'language' | 'theme';
  readonly value: T;
  readonly items: readonly { readonly value: T; readonly label: string }[];
  readonly patch: (value: T) => SettingsPatch;
}

function Choice<T extends string>({ name, value, items, patch }: ChoiceProps<T>) {
  const i18n = useI18n();
  const { t } = i18n;
  const save = useSave();
  return (
    <Row
      label={t(`settings.ui.${name}`)}
      help={t(`settings.ui.${name}.help`)}
      error={save.error && i18n.error(save.error)}
    >
      <Select
        label={t(`settings.ui.${name}`)}
        value={value}
        items={items}
        onChange={(next) => void save.run(patch(next))}
        testId={`setting-${name}`}
      />
    </Row>
  );
}

interface ToggleProps {
  readonly name: 'closeToTray' | 'startHidden';
  readonly checked: boolean;
  readonly disabled: boolean;
  readonly help: string;
  readonly patch: (checked: boolean) => SettingsPatch;
}

function Toggle({ name, checked, disabled, help, patch }: ToggleProps) {
  const i18n = useI18n();
  const { t } = i18n;
  const save = useSave();
  return (
    <Row label={t(`settings.ui.${name}`)} help={help} error={save.error && i18n.error(save.error)}>
      <Switch
        label={t(`settings.ui.${name}`)}
        checked={checked}
        disabled={disabled || save.busy}
        onChange={(next) => void save.run(patch(next))}
        testId={`setting-${name}`}
      />
    </Row>
  );
}

function RestartHint({ settings }: { readonly settings: Settings }) {
  const { t } = useI18n();
  const snapshot = useSnapshot();
  const [asking, setAsking] = useState(false);
  if (!needsRestart(settings, snapshot?.gateway)) return null;
  return (
    <div className={styles.hint} role="status" data-testid="needs-restart">
      <StatusMark tone="info" shape="dot" />
      <span>{t('settings.needsRestart')}</span>
      <Button onClick={() => setAsking(true)}>{t('settings.restart')}</Button>
      <RestartDialog
        open={asking}
        clients={snapshot?.gateway.clients ?? 0}
        onClose={() => setAsking(false)}
      />
    </div>
  );
}

function DataGroup() {
  const i18n = useI18n();
  const { t } = i18n;
  const { api, settings } = useServices();
  const { info } = useObservable(settings.state);
  const open = useAction(() => api.call('app.openDataFolder'));
  const quit = useAction(() => api.call('app.quit'));
  return (
    <Group title={t('settings.group.data')}>
      <Row
        label={t('settings.dataFolder')}
        help={info?.home ?? t('settings.dataFolder.help')}
        error={open.error && i18n.error(open.error)}
      >
        <Button
          icon={<FolderOpen size={14} aria-hidden="true" />}
          busy={open.busy}
          onClick={() => void open.run()}
          testId="open-data-folder"
        >
          {t('settings.dataFolder.open')}
        </Button>
      </Row>
      {info && (
        <Row
          label={t('settings.version')}
          help={t('settings.version.runtime', {
            electron: info.electron,
            node: info.node,
            platform: info.platform,
          })}
        >
          <span className={styles.value} data-testid="version">
            {t('settings.version.value', { version: info.version })}
          </span>
        </Row>
      )}
      <Row
        label={t('settings.quit')}
        help={t('settings.quit.help')}
        error={quit.error && i18n.error(quit.error)}
      >
        <Button busy={quit.busy} onClick={() => void quit.run()}>
          {t('settings.quit.action')}
        </Button>
      </Row>
    </Group>
  );
}

function Keys() {
  const { t } = useI18n();
  const mod = /mac/i.test(navigator.platform) ? '⌘' : 'Ctrl';
  const keys = [
    [`${mod} 1–6`, t('settings.keys.pages')],
    [`${mod} R`, t('settings.keys.check')],
    [`${mod} F`, t('settings.keys.search')],
    [`${mod} ,`, t('settings.keys.settings')],
    ['J K Enter Esc', t('settings.keys.list')],
  ] as const;
  return (
    <Group title={t('settings.keys')}>
      <dl className={styles.keys}>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>{text}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Group>
  );
}
