// config.* and secrets.reload on the wire (protocol section 5.3). The service decides; here its answers get the
// shape and the words of the protocol.

import type { WireError } from '../../../../shared/protocol/error-codes';
import { invalidRequest } from '../../../../shared/protocol/error-codes';
import type { configMethods } from '../../../../shared/protocol/methods/config';
import type { ConfigError, ConfigService } from '../../config/config-service';
import type { Result } from '../../lib/result';
import { err, ok } from '../../lib/result';
import type { Caller, MethodHandlers } from './method-registry';

export function configHandlers({
  config,
}: {
  readonly config: ConfigService;
}): Pick<MethodHandlers, keyof typeof configMethods> {
  return {
    'config.get': () => ok(config.get()),
    'config.set': async (params, caller) => onWire(await config.set({ ...params, ...by(caller) })),
    'config.apply': async (params, caller) => onWire(await config.apply({ ...params, ...by(caller) })),
    'config.patch': async (params, caller) => onWire(await config.patch({ ...params, ...by(caller) })),
    'config.schema': () => ok(config.schema()),
    'config.schema.lookup': ({ path }) => {
      const found = config.lookup(path);
      return found === undefined ? err(invalidRequest('config schema path not found')) : ok(found);
    },
    'secrets.reload': async () => {
      const reloaded = await config.reloadSecrets();
      return onWire(reloaded.ok ? ok({ ok: true, ...reloaded.value }) : reloaded);
    },
  };
}

function by({ connId, directLocal, principal }: Caller) {
  return { connId, directLocal, actor: principal.role };
}

function onWire(result: Result<object, ConfigError>): Result<object, WireError> {
  if (result.ok) return result;
  const { code, message, issues } = result.error;
  if (code === 'refused') return err(invalidRequest(message, issues === undefined ? undefined : { issues }));
  return err({ code: 'UNAVAILABLE', message, retryable: true });
}
