// The rules of import hold for every source file, and the check itself notices each kind of breach.
import { describe, expect, it } from 'vitest';
import { importsOf, readSource, sourceFiles } from '../helpers/source-imports';
import { violation, zoneOf } from './import-rules';

const files = sourceFiles(['electron', 'shared', 'renderer'], /\.tsx?$/);

describe('rules of import', () => {
  it('hold in every source file', () => {
    const found = files.flatMap((file) => importsOf(readSource(file)).map((use) => violation(file, use)));
    expect(found.filter((each) => each !== undefined)).toEqual([]);
  });

  it('have a zone for every source file', () => {
    expect(files.filter((file) => zoneOf(file) === undefined)).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });
});

describe('the check', () => {
  const forbidden: readonly (readonly [file: string, code: string])[] = [
    ['electron/core/tokens/a.ts', `import { app } from 'electron';`],
    ['electron/core/tokens/a.ts', `import type { App } from 'electron';`],
    ['electron/core/core.ts', `import Store from 'electron-store';`],
    ['electron/core/lib/a.ts', `import { window } from '../../shell/window';`],
    ['electron/core/probe/a.ts', `import { GatewayServer } from '../gateway/gateway-server';`],
    ['electron/core/probe/a.ts', `export * from '../gateway/limits';`],
    ['electron/core/tokens/a.ts', `import { b } from '../auth-log/auth-log';`],
    ['electron/core/auth-log/a.ts', `import { TokenStore } from '../tokens/token-store';`],
    ['electron/core/status/a.ts', `import type { Probe } from '../probe/channels-probe';`],
    ['electron/core/channels/a.ts', `const cron = await import('../cron/scheduler');`],
    ['electron/core/channels/adapters/a.ts', `import { TokenStore } from '../../tokens/token-store';`],
    ['electron/core/gateway/connection.ts', `import { ChannelManager } from '../channels/channel-manager';`],
    ['electron/core/gateway/auth/a.ts', `import { z } from 'zod';`],
    ['electron/shell/tray.ts', `import { useState } from 'react';`],
    ['electron/shell/tray.ts', `import { TokenStore } from '../core/tokens/token-store';`],
    ['electron/preload.ts', `import fs from 'node:fs';`],
    ['electron/preload.ts', `import { statusSchema } from '../shared/model/status';`],
    ['electron/headless.ts', `import { app } from 'electron';`],
    ['electron/headless.ts', `import { GatewayServer } from './core/gateway/gateway-server';`],
    ['electron/app.ts', `import { TokenStore } from './core/tokens/token-store';`],
    ['electron/cli.ts', `const { app } = require('electron');`],
    ['electron/cli/show.ts', `import { createTray } from '../shell/tray';`],
    ['shared/model/a.ts', `import { readFileSync } from 'fs';`],
    ['shared/protocol/a.ts', `import { b } from '../../electron/core/lib/b';`],
    ['shared/ipc/names.ts', `import { z } from 'zod';`],
    ['shared/ipc/contract.ts', `import { b } from '../model/status';`],
    ['renderer/main.tsx', `import {\n  a,\n  b,\n} from '../shared/model/status';`],
    ['renderer/main.tsx', `import { z } from 'zod';`],
    ['renderer/main.tsx', `import 'node:path';`],
    ['renderer/features/overview/a.ts', `import type { B } from '../../../electron/core/lib/b';`],
    ['renderer/main.tsx', `import '../scripts/start.mjs';`],
    ['electron/elsewhere/a.ts', `import type { B } from '../core/lib/b';`],
  ];
  it.each(forbidden)('refuses in %s: %s', (file, code) => {
    const uses = importsOf(code);
    expect(uses).toHaveLength(1);
    expect(uses.map((use) => violation(file, use))).toEqual([expect.stringContaining(`${file} -> `)]);
  });

  const allowed: readonly (readonly [file: string, code: string])[] = [
    ['electron/core/core.ts', `import { GatewayServer } from './gateway/gateway-server';`],
    ['electron/core/gateway/methods/channels.ts', `import { M } from '../../channels/channel-manager';`],
    ['electron/core/gateway/connection.ts', `import { WebSocket } from 'ws';`],
    ['electron/core/auth-log/a.ts', `import type { TokenStore } from '../tokens/token-store';`],
    ['electron/core/probe/a.ts', `import { setTimeout } from 'node:timers/promises';`],
    ['electron/shell/tray.ts', `import { Tray } from 'electron';`],
    ['electron/shell/tray.ts', `import type { Clock } from '../core/status/status-hub';`],
    ['electron/preload.ts', `import { IPC_CALL_NAMES } from '../shared/ipc/names';`],
    ['electron/headless.ts', `import { createCore } from './core/core';`],
    ['renderer/main.tsx', `import { createRoot } from 'react-dom/client';`],
    ['renderer/main.tsx', `import type { StatusSnapshot } from '../shared/model/status';`],
    ['renderer/main.tsx', `import { Menu } from '@base-ui/react/menu';`],
    ['renderer/ui/a.tsx', `import styles from './a.module.css';`],
  ];
  it.each(allowed)('accepts in %s: %s', (file, code) => {
    const uses = importsOf(code);
    expect(uses).toHaveLength(1);
    expect(uses.map((use) => violation(file, use))).toEqual([undefined]);
  });

  it('does not take a comment for an import', () => {
    expect(importsOf(`// import { app } from 'electron';\n/* export * from 'zod'; */\n`)).toEqual([]);
  });
});
