// Wire protocol numbers and their negotiation (protocol page section 2.2). 3 speaks like 2026.4.29, 4 like 2026.9.6.

export const PROTOCOLS = [3, 4] as const;
export type ProtocolVersion = (typeof PROTOCOLS)[number];

/** The highest number we speak inside the client's range, or undefined when the ranges do not overlap. */
export function negotiateProtocol(minProtocol: number, maxProtocol: number): ProtocolVersion | undefined {
  if (maxProtocol >= 4 && minProtocol <= 4) return 4;
  if (maxProtocol >= 3 && minProtocol <= 3) return 3;
  return undefined;
}
