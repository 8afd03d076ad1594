// Draws the tray view on the desktop's tray, idempotently: nothing happens when the view is the same, and at most
// two redraws a second reach the desktop. app.ts says when something may have changed. Decides nothing about content.

import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, Tray } from 'electron';
import type { Clock } from '../core/lib/clock';
import type { Disposable } from '../core/lib/disposable';
import type { Logger } from '../core/lib/logger-port';
import { trayBitmap } from './tray-icons';
import type { TrayAction, TrayIcon, TrayMenuItem, TrayView } from './tray-view';

const EVERY_MS = 500;

/** The desktop's tray icon as the presenter needs it; tests hand in a recorder. */
export interface TrayHandle {
  show(view: TrayView): void;
  destroy(): void;
}

export class TrayPresenter {
  readonly #create: () => TrayHandle;
  readonly #view: () => TrayView;
  readonly #clock: Clock;
  readonly #log: Logger;
  #handle: TrayHandle | undefined;
  #shown: string | undefined;
  #timer: Disposable | undefined;
  #lastDrawnAt = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly create: () => TrayHandle;
    readonly view: () => TrayView;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#create = options.create;
    this.#view = options.view;
    this.#clock = options.clock;
    this.#log = options.logger;
  }

  start(): void {
    if (this.#handle) return;
    try {
      this.#handle = this.#create();
    } catch (error) {
      // A desktop that cannot show an icon is no reason to stop: the window is the other way in.
      this.#log.warn('tray.unavailable', { error });
      return;
    }
    this.#draw();
  }

  stop(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#shown = undefined;
    this.#handle?.destroy();
    this.#handle = undefined;
  }

  /** The tray host was restarted: icons do not register again by themselves. */
  recreate(): void {
    this.stop();
    this.start();
  }

  /** Something may have changed; draws now or as soon as the rate allows, always the newest view. */
  changed(): void {
    if (this.#timer || !this.#handle) return;
    const waitMs = this.#lastDrawnAt + EVERY_MS - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#draw();
    else this.#timer = this.#clock.setTimeout(() => this.#draw(), waitMs);
  }

  #draw(): void {
    this.#timer = undefined;
    const view = this.#view();
    const key = JSON.stringify(view);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#lastDrawnAt = this.#clock.monotonicMs();
    this.#handle?.show(view);
  }
}

/** The real thing. `onAction` is also called for a click on the icon itself (open). */
export function createTray(options: {
  readonly platform: NodeJS.Platform;
  readonly onAction: (action: TrayAction) => void;
}): TrayHandle {
  const images = trayImages(options.platform);
  const tray = new Tray(images('checking'));
  // macOS opens the menu on click, as its users expect.
  if (options.platform !== 'darwin') tray.on('click', () => options.onAction({ kind: 'open' }));
  return {
    show(view) {
      tray.setImage(images(view.icon));
      tray.setToolTip(view.tooltip);
      // Linux shows a changed menu only when it is set again.
      tray.setContextMenu(Menu.buildFromTemplate(menuTemplate(view.menu, options.onAction)));
    },
    destroy: () => tray.destroy(),
  };
}

/** An ampersand in a label would become a mnemonic and disappear. */
export function menuTemplate(
  items: readonly TrayMenuItem[],
  onAction: (action: TrayAction) => void,
): MenuItemConstructorOptions[] {
  return items.map((item) =>
    item.type === 'separator'
      ? { type: 'separator' }
      : { label: item.label.replaceAll('&', '&&'), click: () => onAction(item.action) },
  );
}

function trayImages(platform: NodeJS.Platform): (icon: TrayIcon) => NativeImage {
  const size = platform === 'win32' ? 16 : platform === 'darwin' ? 18 : 22;
  const template = platform === 'darwin';
  const made = new Map<TrayIcon, NativeImage>();
  return (icon) => {
    const image = made.get(icon) ?? makeImage(icon, size, template);
    made.set(icon, image);
    return image;
  };
}

function makeImage(icon: TrayIcon, size: number, template: boolean): NativeImage {
  const image = nativeImage.createFromBitmap(trayBitmap(icon, size, { template }).pixels, {
    width: size,
    height: size,
  });
  const large = trayBitmap(icon, size * 2, { template });
  image.addRepresentation({ scaleFactor: 2, width: size * 2, height: size * 2, buffer: large.pixels });
  if (template) image.setTemplateImage(true);
  return image;
}
