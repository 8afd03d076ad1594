// `gatehouse serve`: the headless gateway in the foreground. Says once when it is ready (one JSON line with
// --json), keeps trying while its port is taken, stops cleanly on a signal. Logs go to the home, not to the screen.

import type { GatewayStatus, PortOwner } from '../../shared/model/status';
import { delay, systemClock } from '../core/lib/clock';
import type { Headless } from '../headless';
import { startHeadless } from '../headless';
import { HomeRefusedError } from '../shell/storage/home';
import type { CliIo } from './io';
import { EXIT } from './io';

const STOP_MS = 2_900;

interface ServeOptions {
  readonly home: string;
  readonly port: number | undefined;
  readonly json: boolean;
}

export async function serve(options: ServeOptions, io: CliIo): Promise<number> {
  const say = (line: Readonly<Record<string, unknown>>, words: string) =>
    io.out(options.json ? JSON.stringify(line) : words);
  const stop = io.stopSignal();
  const { home, port } = options;
  let headless: Headless;
  try {
    const { env, version } = io;
    const started = await startHeadless({ home, env, version, ...(port === undefined ? {} : { port }) });
    if (!started.ok) {
      const { pid, detail } = started.error;
      const line = {
        ready: false,
        state: 'home-in-use',
        ...(pid === undefined ? {} : { pid }),
        reason: detail,
      };
      say(line, `The gateway cannot start: ${detail} (${home}).`);
      return EXIT.failed;
    }
    headless = started.value;
  } catch (error) {
    if (!(error instanceof HomeRefusedError)) throw error;
    say({ ready: false, state: 'home-refused', reason: error.message }, error.message);
    return EXIT.failed;
  }
  for (const warning of headless.warnings) io.err(`gatehouse: ${warning}`);
  const code = await follow(headless, say, stop);
  const stopped = new AbortController();
  const late = delay(systemClock, STOP_MS, stopped.signal).then(() => 'late');
  const outcome = await Promise.race([headless.stop(), late]);
  stopped.abort();
  if (outcome !== 'late') return code;
  io.err('gatehouse: stopping took too long; given up');
  return EXIT.failed;
}

/** Until the signal, or until the gateway is in a state that only a person can end. */
function follow(
  { core }: Headless,
  say: (line: Readonly<Record<string, unknown>>, words: string) => void,
  stop: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    let told: GatewayStatus['state'] | undefined;
    const finish = (code: number) => {
      listening.dispose();
      stop.removeEventListener('abort', onStop);
      resolve(code);
    };
    const onStop = () => finish(EXIT.ok);
    const tell = () => {
      const { state, url, portOwner, port, error } = core.gateway.status();
      if (state === told) return;
      told = state;
      if (state === 'listening') {
        const { generation } = core.tokens;
        const words = `Gatehouse gateway ready at ${url} (process ${process.pid}, token generation ${generation}).`;
        say({ ready: true, url, pid: process.pid, generation }, words);
      } else if (state === 'port-taken') {
        const words = `Port ${port} is taken${ownerWords(portOwner)}; trying again every two seconds.`;
        say({ ready: false, state, owner: portOwner ?? { kind: 'unknown' } }, words);
      } else if (state === 'locked') {
        const status = core.tokens.status();
        const [reason, detail] =
          status.state === 'locked' ? [status.reason, status.detail] : ['unreadable', 'no credential'];
        say({ ready: false, state, reason, detail }, `The gateway is locked: ${detail}.`);
        finish(EXIT.failed);
      } else if (state === 'failed') {
        say({ ready: false, state, reason: error }, `The gateway cannot listen: ${error}.`);
        finish(EXIT.failed);
      }
    };
    const listening = core.gateway.onChanged(tell);
    stop.addEventListener('abort', onStop);
    if (stop.aborted) onStop();
    else tell();
  });
}

function ownerWords(owner: PortOwner | undefined): string {
  if (owner === undefined) return '';
  const kinds = { gatehouse: 'another Gatehouse', openclaw: 'an OpenClaw gateway', other: '', unknown: '' };
  const who = kinds[owner.kind] || owner.command || 'another program';
  return ` by ${who}${owner.pid === undefined ? '' : ` (process ${owner.pid})`}`;
}
