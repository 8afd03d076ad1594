// `npm start`: sets up what is missing, then runs the app until it ends or Ctrl-C is pressed.
// Arguments and environment (GATEHOUSE_HOME, GATEHOUSE_PORT, …) are the app's.
import { fail, root } from './lib/project.mjs';
import { runInPlace } from './lib/run.mjs';
import { electronSwitches, openDesktop, setUpApp } from './setup.mjs';

async function main(args) {
  const prepared = await setUpApp();
  if (prepared.virtual)
    console.log(
      'There is no display here, so the app runs on a virtual one that nobody sees: use it through its gateway ' +
        'address, start it from a desktop session, or run `npm run gateway` for a gateway without a window.',
    );
  const desktop = await openDesktop(prepared);
  try {
    const switches = electronSwitches(prepared);
    process.exitCode = await runInPlace(
      prepared.runtime.executable,
      [...switches, root, ...args],
      desktop.env,
    );
  } finally {
    await desktop.stop();
  }
}

main(process.argv.slice(2)).catch(fail);
