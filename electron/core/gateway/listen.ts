// Binds a server to one address and port. A failure is a value: a taken port is an expected state.

import type { Server } from 'node:http';

/** @returns why it could not listen, undefined when it does */
export function listen(
  server: Server,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Stays for good: accept errors (EMFILE, ENFILE) arrive here too and would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      // Before Node 18.18 a server that never listened keeps its 1 s timer, and itself, until it is closed.
      if (!server.listening) server.close();
      resolve(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      resolve(undefined);
    });
  });
}
