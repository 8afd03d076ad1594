// Which Debian packages are asked for.
import { expect, it } from 'vitest';
import { installedPackages, missingPackages } from '../../scripts/lib/system-packages.mjs';

const libraries = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2'];

it('asks for nothing when a desktop has the libraries', () => {
  expect(missingPackages({ virtualDisplay: false, tests: false }, new Set(libraries))).toEqual({
    needed: [],
    useful: [],
  });
});

it('takes a library under its newer name', () => {
  const installed = new Set(['libgtk-3-0t64', 'libnss3', 'libgbm1', 'libasound2t64']);
  expect(missingPackages({ virtualDisplay: false, tests: false }, installed).needed).toEqual([]);
});

it('needs a virtual display only where there is none, and keeps what only tests want apart', () => {
  const { needed, useful } = missingPackages({ virtualDisplay: true, tests: true }, new Set(libraries));
  expect(needed.flat()).toEqual(['xvfb', 'dbus']);
  expect(useful.flat()).toContain('gnome-keyring');
});

it('does not take a removed package for an installed one', () => {
  const listing = 'libnss3 installed\nlibgbm1 config-files\nlibasound2 not-installed\n';
  expect([...installedPackages(listing)]).toEqual(['libnss3']);
});
