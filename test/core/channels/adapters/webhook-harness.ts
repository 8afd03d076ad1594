// A manager with one webhook account behind a real HTTP server, and the double that delivers to it.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { webhookAdapter } from '../../../../electron/core/channels/adapters/webhook';
import { Secret } from '../../../../electron/core/lib/secret';
import type { InboundMessage } from '../../../../shared/model/channel';
import { startWebhookDouble, type WebhookDoubleOptions } from '../../../doubles/webhook';
import { managerHarness, settle } from '../../../helpers/channel-doubles';

export const PATH = '/channels/webhook/default';

export async function running(options: Pick<WebhookDoubleOptions, 'signature'> = {}) {
  const harness = managerHarness([webhookAdapter]);
  const double = await startWebhookDouble({ ...options, clock: harness.clock });
  const messages: InboundMessage[] = [];
  harness.manager.onInbound((message) => messages.push(message));
  harness.vault.secrets.set('webhook/default', new Secret(double.secrets.secret ?? ''));
  harness.settings.replace({ channels: { webhook: double.settings } });
  await harness.manager.start();
  await settle();
  const server = createServer((request, response) => {
    const route = harness.manager.httpRoute((request.url ?? '').split('?')[0] ?? '');
    if (route === undefined) response.writeHead(404).end();
    else route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await harness.manager.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await double.close();
  });
  const { port } = server.address() as AddressInfo;
  double.aim(`http://127.0.0.1:${port}${PATH}`);
  return { ...harness, double, messages, port };
}
