// Draws the mark (a gatehouse with its portcullis) and its badges in code: no binary files, every size sharp. Pure:
// returns pixels, tray.ts and window.ts make images of them. A badge is told by its shape, colour only helps.

import type { TrayIcon } from './tray-view';

export interface Bitmap {
  readonly size: number;
  /** BGRA with premultiplied alpha, row by row: what nativeImage.createFromBitmap takes. */
  readonly pixels: Buffer;
}

type Colour = readonly [red: number, green: number, blue: number];
/** Is the point inside? x to the right, y down, both in [0, 1]. */
type Shape = (x: number, y: number) => boolean;
interface Layer {
  readonly shape: Shape;
  /** `erase` cuts through to transparent. */
  readonly paint: Colour | 'erase';
}

const SAMPLES = 4;
const STONE: Colour = [92, 128, 214];
const PLATE: Colour = [30, 39, 58];
const BLACK: Colour = [0, 0, 0];
const BADGE_COLOURS: Readonly<Record<Exclude<TrayIcon, 'fine'>, Colour>> = {
  attention: [236, 163, 32],
  error: [222, 60, 58],
  off: [150, 157, 168],
  checking: [64, 156, 255],
};

const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom;
const disc =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) <= radius;
const any =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y));
const minus =
  (shape: Shape, cut: Shape): Shape =>
  (x, y) =>
    shape(x, y) && !cut(x, y);

/** Three merlons on a cornice, the wall below, an arched gate with a raised portcullis. */
const battlements = any(box(0.1, 0.1, 0.3, 0.32), box(0.4, 0.1, 0.6, 0.32), box(0.7, 0.1, 0.9, 0.32));
const wall = any(battlements, box(0.1, 0.24, 0.9, 0.4), box(0.16, 0.4, 0.84, 0.94));
const arch = any(disc(0.5, 0.66, 0.2), box(0.3, 0.66, 0.7, 0.94));
const bars = any(
  box(0.38, 0.46, 0.43, 0.82),
  box(0.475, 0.44, 0.525, 0.82),
  box(0.57, 0.46, 0.62, 0.82),
  box(0.3, 0.62, 0.7, 0.67),
);
/** Below this many pixels the bars would be mud. */
const MIN_SIZE_FOR_BARS = 32;

function mark(size: number): Shape {
  const opening = size >= MIN_SIZE_FOR_BARS ? minus(arch, bars) : arch;
  return minus(wall, opening);
}

const BADGE = { x: 0.72, y: 0.72, radius: 0.26 } as const;

const badgeShapes: Readonly<Record<Exclude<TrayIcon, 'fine'>, Shape>> = {
  attention: (x, y) => {
    const fromTop = y - (BADGE.y - BADGE.radius);
    const height = 2 * BADGE.radius * 0.95;
    return (
      fromTop >= 0 && fromTop <= height && Math.abs(x - BADGE.x) <= (fromTop / height) * BADGE.radius * 1.08
    );
  },
  error: (x, y) => {
    const [dx, dy] = [x - BADGE.x, y - BADGE.y];
    const isOnArm = Math.min(Math.abs(dx - dy), Math.abs(dx + dy)) <= 0.13;
    return isOnArm && Math.max(Math.abs(dx), Math.abs(dy)) <= BADGE.radius * 0.92;
  },
  off: box(BADGE.x - BADGE.radius, BADGE.y - 0.085, BADGE.x + BADGE.radius, BADGE.y + 0.085),
  checking: minus(disc(BADGE.x, BADGE.y, BADGE.radius), disc(BADGE.x, BADGE.y, BADGE.radius * 0.5)),
};

/** `template`: black on transparent, for menu bars that colour icons themselves (macOS). */
export function trayBitmap(
  icon: TrayIcon,
  size: number,
  options: { readonly template?: boolean } = {},
): Bitmap {
  const layers: Layer[] = [{ shape: mark(size), paint: options.template ? BLACK : STONE }];
  if (icon !== 'fine') {
    // The gap around the badge keeps its shape readable on top of the mark.
    layers.push({ shape: disc(BADGE.x, BADGE.y, BADGE.radius + 0.08), paint: 'erase' });
    layers.push({ shape: badgeShapes[icon], paint: options.template ? BLACK : BADGE_COLOURS[icon] });
  }
  return rasterise(layers, size);
}

/** The window's and task bar's icon: the mark on a rounded plate. */
export function appBitmap(size: number): Bitmap {
  const corner = 0.2;
  const plate = any(
    box(corner, 0, 1 - corner, 1),
    box(0, corner, 1, 1 - corner),
    disc(corner, corner, corner),
    disc(1 - corner, corner, corner),
    disc(corner, 1 - corner, corner),
    disc(1 - corner, 1 - corner, corner),
  );
  const inner = mark(size);
  const inset: Shape = (x, y) => {
    const [u, v] = [(x - 0.15) / 0.7, (y - 0.15) / 0.7];
    return u >= 0 && u <= 1 && v >= 0 && v <= 1 && inner(u, v);
  };
  return rasterise(
    [
      { shape: plate, paint: PLATE },
      { shape: inset, paint: [235, 240, 250] },
    ],
    size,
  );
}

/** Paints layer by layer at SAMPLES² points per pixel and averages them: edges come out smooth. */
function rasterise(layers: readonly Layer[], size: number): Bitmap {
  const pixels = Buffer.alloc(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      paintPixel(layers, size, { row, column }, pixels);
    }
  }
  return { size, pixels };
}

function paintPixel(
  layers: readonly Layer[],
  size: number,
  { row, column }: { readonly row: number; readonly column: number },
  pixels: Buffer,
): void {
  let [red, green, blue, covered] = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size;
    const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size;
    const paint = layers.findLast((layer) => layer.shape(x, y))?.paint;
    if (!paint || paint === 'erase') continue;
    red += paint[0];
    green += paint[1];
    blue += paint[2];
    covered += 1;
  }
  const count = SAMPLES * SAMPLES;
  const offset = (row * size + column) * 4;
  pixels[offset] = Math.round(blue / count);
  pixels[offset + 1] = Math.round(green / count);
  pixels[offset + 2] = Math.round(red / count);
  pixels[offset + 3] = Math.round((covered * 255) / count);
}
