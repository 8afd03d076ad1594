// `npm run demo`: the real app with a made-up vendor behind every channel, in a data folder of its own that is removed
// at the end. Nothing leaves this machine. For people who want to look before they set anything up.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { fail, inRoot, root } from './lib/project.mjs';
import { runInPlace } from './lib/run.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

const MESSAGE_EVERY_MS = 2_000;
const INCIDENT_EVERY_MS = 45_000;
const SAYINGS = [
  ['lin', 'Lin', 'Is the gateway up again?'],
  ['wang', '王芳', '收到了，谢谢！'],
  ['marta', 'Marta', 'The report is in the shared folder.'],
  ['deniz', 'Deniz', 'ping'],
  ['xiaoming', '小明', '明天几点开会？'],
  ['ana', 'Ana', 'Thanks, that solved it 🎉'],
  ['jonas', 'Jonas', 'I will look at it after lunch.'],
];

async function main(args) {
  const prepared = await setUpApp();
  await build(['vendors']);
  const { startVendors } = await import(pathToFileURL(inRoot('out/vendors/vendors.mjs')).href);
  const vendors = await startVendors();
  let desktop;
  let home;
  let stopTraffic;
  try {
    desktop = await openDesktop(prepared);
    home = mkdtempSync(path.join(tmpdir(), 'gatehouse-demo-'));
    await vendors.prepare(home);
    stopTraffic = traffic(vendors, home);
    console.log('Demo: every channel talks to a made-up vendor on this machine. Close with Quit or Ctrl-C.');
    // A port that somebody set for their own gateway is not the demo's.
    const { GATEHOUSE_PORT: _port, ...env } = desktop.env;
    process.exitCode = await runInPlace(
      prepared.runtime.executable,
      [...electronSwitches(prepared), root, ...args],
      {
        ...env,
        ...(prepared.virtual ? { GATEHOUSE_VIRTUAL_DISPLAY: '1' } : {}),
        GATEHOUSE_HOME: home,
        GATEHOUSE_DEMO: '1',
      },
    );
  } finally {
    stopTraffic?.();
    // Chromium's helper processes outlive the app by a moment, and write until then.
    if (home !== undefined) rmSync(home, { recursive: true, force: true, maxRetries: 20 });
    await desktop?.stop();
    await vendors.close();
  }
}

/** A message now and then, and sometimes a vendor that drops the line: the channels page has something to show. */
function traffic(vendors, home) {
  const { doubles } = vendors;
  let turn = 0;
  const say = async () => {
    const double = doubles[turn % doubles.length];
    const [sender, senderName, text] = SAYINGS[turn % SAYINGS.length];
    turn += 1;
    // Nothing links to the sender of a webhook: it has to be told where the gateway is.
    if (double.channel === 'webhook' ? await vendors.aim(home) : double.links > 0)
      await double.deliver({ sender, senderName, text });
  };
  const trip = async () => {
    const double = doubles[Math.floor(Math.random() * doubles.length)];
    const incident = ['cut', 'close'].find((name) => double.incidents.includes(name));
    if (incident !== undefined && double.links > 0) await double.happen(incident);
  };
  const timers = [
    setInterval(() => say().catch(ignore), MESSAGE_EVERY_MS),
    setInterval(() => trip().catch(ignore), INCIDENT_EVERY_MS),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** The link went away as the message was handed over: the next turn has another. */
const ignore = () => undefined;

main(process.argv.slice(2)).catch(fail);
