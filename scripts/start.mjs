// `npm start`: sets up what is missing, then runs the app until it ends or Ctrl-C is pressed.
// Arguments and environment (GATEHOUSE_HOME, GATEHOUSE_PORT, …) are the app's.
import { fail, root } from './lib/project.mjs';
import { runInPlace } from './lib/run.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

async function main(args) {
  const prepared = await setUpApp();
  // The app says how to go on, once it knows its address.
  if (prepared.virtual)
    console.log('There is no display here, so the window is on a virtual one that nobody sees.');
  const desktop = await openDesktop(prepared);
  try {
    const switches = electronSwitches(prepared);
    process.exitCode = await runInPlace(
      prepared.runtime.executable,
      [...switches, root, ...args],
      prepared.virtual ? { ...desktop.env, GATEHOUSE_VIRTUAL_DISPLAY: '1' } : desktop.env,
    );
  } finally {
    await desktop.stop();
  }
}

main(process.argv.slice(2)).catch(fail);
