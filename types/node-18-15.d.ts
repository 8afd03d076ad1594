// Gaps of the pinned Node 18.15 typings, which stay pinned so that newer Node functions do not compile.
import type { IncomingMessage, ServerResponse } from 'node:http';

declare global {
  interface Buffer {
    // Written before TypeScript knew which buffer lies under an array: without this no Buffer is a Uint8Array.
    slice(start?: number, end?: number): Buffer & Uint8Array<ArrayBuffer>;
  }
}

declare module 'http' {
  interface ServerOptions<
    Request extends typeof IncomingMessage = typeof IncomingMessage,
    Response extends typeof ServerResponse = typeof ServerResponse,
  > {
    /** Milliseconds for all headers of a request; in Node since 18.0.0. */
    headersTimeout?: number | undefined;
  }
}

declare module 'perf_hooks' {
  interface Histogram {
    /** Samples recorded; in Node since 17.4.0. */
    readonly count: number;
  }
}
