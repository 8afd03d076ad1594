import { describe, expect, it } from 'vitest';
import { appBitmap, type Bitmap, trayBitmap } from '../../electron/shell/tray-icons';
import type { TrayIcon } from '../../electron/shell/tray-view';

const ICONS: readonly TrayIcon[] = ['fine', 'attention', 'error', 'off', 'checking'];
const SIZES = [16, 18, 22, 44];

/** The shape alone: which pixels are covered, whatever their colour. */
function coverage({ pixels }: Bitmap): number[] {
  return Array.from(pixels).filter((_value, index) => index % 4 === 3);
}

function differingPixels(a: Bitmap, b: Bitmap): number {
  const [left, right] = [coverage(a), coverage(b)];
  return left.filter((value, index) => Math.abs(value - (right[index] ?? 0)) > 128).length;
}

describe('the tray icons', () => {
  it.each(SIZES)('differ in shape, not only in colour, at %i pixels', (size) => {
    for (const [index, a] of ICONS.entries()) {
      for (const b of ICONS.slice(index + 1)) {
        const different = differingPixels(trayBitmap(a, size), trayBitmap(b, size));
        expect(different, `${a} against ${b}`).toBeGreaterThan((size * size) / 100);
      }
    }
  });

  it('are pure black in the template form, so that the menu bar can colour them', () => {
    for (const icon of ICONS) {
      const { pixels } = trayBitmap(icon, 18, { template: true });
      const colours = Array.from(pixels).filter((_value, index) => index % 4 !== 3);
      expect(Math.max(...colours)).toBe(0);
      expect(Math.max(...coverage({ size: 18, pixels }))).toBe(255);
    }
  });

  it('are premultiplied: no colour is stronger than its alpha', () => {
    for (const bitmap of [...ICONS.map((icon) => trayBitmap(icon, 22)), appBitmap(64)]) {
      for (let offset = 0; offset < bitmap.pixels.length; offset += 4) {
        const [blue = 0, green = 0, red = 0, alpha = 0] = bitmap.pixels.subarray(offset, offset + 4);
        expect(Math.max(blue, green, red)).toBeLessThanOrEqual(alpha);
      }
    }
  });

  it('have four bytes for every pixel', () => {
    expect(trayBitmap('fine', 22).pixels).toHaveLength(22 * 22 * 4);
    expect(appBitmap(128).pixels).toHaveLength(128 * 128 * 4);
  });
});
