// Where the window was and how large, and whether "it is in the tray now" was said once. A small file of its own in
// the home, read once at start; a file that is missing, broken or from another screen layout is as good as none.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

export const MIN_WIDTH = 900;
export const MIN_HEIGHT = 600;
const MAX_SIDE = 20_000;

const stateSchema = z.strictObject({
  width: z.int().min(MIN_WIDTH).max(MAX_SIDE).default(1180),
  height: z.int().min(MIN_HEIGHT).max(MAX_SIDE).default(780),
  x: z.int().min(-MAX_SIDE).max(MAX_SIDE).optional(),
  y: z.int().min(-MAX_SIDE).max(MAX_SIDE).optional(),
  maximized: z.boolean().default(false),
  trayAnnounced: z.boolean().default(false),
});
export type WindowState = z.infer<typeof stateSchema>;

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export async function readWindowState(file: string): Promise<WindowState> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return stateSchema.parse({});
  }
}

/** Best effort: a lost window position is not worth an error. Mode 0600 like everything in the home. */
export async function writeWindowState(file: string, state: WindowState): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(state)}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    // The next change writes it again.
  }
}

/** The stored bounds if enough of the title bar is on a screen to grab it; otherwise the size alone, fitted. */
export function placeWindow(state: WindowState, screens: readonly Area[]): Partial<Area> {
  const { x, y } = state;
  const size = { width: state.width, height: state.height };
  if (
    x !== undefined &&
    y !== undefined &&
    screens.some((screen) => isGrabbable({ x, y, ...size }, screen))
  ) {
    return { x, y, ...size };
  }
  const [first] = screens;
  if (!first) return size;
  return {
    width: Math.max(MIN_WIDTH, Math.min(size.width, first.width)),
    height: Math.max(MIN_HEIGHT, Math.min(size.height, first.height)),
  };
}

function isGrabbable(window: Area, screen: Area): boolean {
  const visible = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return visible >= 100 && window.y >= screen.y && window.y <= screen.y + screen.height - 50;
}
