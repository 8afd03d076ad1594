import { describe, expect, it } from 'vitest';
import { type CommandOutcome, findTrayHost } from '../../electron/shell/tray-host';
import { TrayHostMonitor } from '../../electron/shell/tray-host-monitor';
import { FakeClock } from '../helpers/fake-clock';

const BUS = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
const output = (text: string): CommandOutcome => ({ kind: 'output', text });

function desktop(answers: Readonly<Record<string, readonly CommandOutcome[]>>) {
  const asked: string[] = [];
  const left = new Map(Object.entries(answers).map(([command, outcomes]) => [command, [...outcomes]]));
  return {
    asked,
    run: async (command: string): Promise<CommandOutcome> => {
      asked.push(command);
      return left.get(command)?.shift() ?? { kind: 'missing' };
    },
  };
}

describe('findTrayHost', () => {
  it('knows that macOS and Windows always have one, without asking', async () => {
    const { run, asked } = desktop({});
    expect(await findTrayHost({ platform: 'darwin', env: {}, run })).toBe('darwin');
    expect(await findTrayHost({ platform: 'win32', env: {}, run })).toBe('win32');
    expect(asked).toEqual([]);
  });

  it('asks nothing when there is no session bus, because the tools would start one', async () => {
    const { run, asked } = desktop({});
    expect(await findTrayHost({ platform: 'linux', env: {}, run })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('reads the owner and the registered host from dbus-send, past its header line', async () => {
    const { run } = desktop({
      'dbus-send': [
        output('method return time=1.2 sender=org.freedesktop.DBus -> destination=:1.9\n   string ":1.7"\n'),
        output('method return time=1.3 sender=:1.7 -> destination=:1.9\n   variant       boolean true\n'),
      ],
    });
    expect(await findTrayHost({ platform: 'linux', env: BUS, run })).toBe(':1.7');
  });

  it('falls back to gdbus where dbus-send is not installed', async () => {
    const { run, asked } = desktop({ gdbus: [output("(':1.4',)\n"), output('(<true>,)\n')] });
    expect(await findTrayHost({ platform: 'linux', env: BUS, run })).toBe(':1.4');
    expect(asked).toEqual(['dbus-send', 'gdbus', 'dbus-send', 'gdbus']);
  });

  it.each([
    ['nobody owns the name', [{ kind: 'failed' }]],
    ['a watcher runs without a host', [output('(:1.4)'), output('boolean false')]],
    ['the host does not answer in time', [output('(:1.4)'), { kind: 'failed' }]],
  ] as const)('says no when %s', async (_case, outcomes) => {
    const { run } = desktop({ 'dbus-send': outcomes });
    expect(await findTrayHost({ platform: 'linux', env: BUS, run })).toBeUndefined();
  });

  it('says no when neither tool is installed', async () => {
    const { run } = desktop({});
    expect(await findTrayHost({ platform: 'linux', env: BUS, run })).toBeUndefined();
  });
});

describe('TrayHostMonitor', () => {
  it('reports a host that comes, is replaced by another and goes, and nothing in between', async () => {
    const clock = new FakeClock();
    const hosts = [undefined, ':1.1', ':1.1', ':1.2', undefined, undefined];
    const changes: boolean[] = [];
    const monitor = new TrayHostMonitor({
      find: async () => hosts.shift(),
      onChanged: (isPresent) => changes.push(isPresent),
      clock,
    });
    monitor.start();
    await clock.advanceAsync(90_000);
    expect(changes).toEqual([true, true, false]);
    monitor.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes a question that fails as "no host"', async () => {
    const monitor = new TrayHostMonitor({
      find: () => Promise.reject(new Error('bus gone')),
      onChanged: () => undefined,
      clock: new FakeClock(),
    });
    expect(await monitor.refresh()).toBe(false);
    expect(monitor.isPresent).toBe(false);
  });
});
