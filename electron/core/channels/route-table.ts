// The HTTP paths that accounts serve on the gateway's listener. Filled by epochs, asked by the gateway for
// every path it does not know itself. Exact paths only.

import { type Disposable, toDisposable } from '../lib/disposable';
import type { HttpRoute } from './channel-adapter';

export class RouteTable {
  readonly #routes = new Map<string, HttpRoute>();

  /** Throws when the path is served already: two owners of one path is a bug, not a state. */
  add(path: string, route: HttpRoute): Disposable {
    if (this.#routes.has(path)) throw new Error(`route ${path} is taken`);
    this.#routes.set(path, route);
    return toDisposable(() => this.#routes.delete(path));
  }

  get(path: string): HttpRoute | undefined {
    return this.#routes.get(path);
  }
}
