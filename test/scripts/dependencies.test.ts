// When node_modules counts as installed.
import { expect, it } from 'vitest';
import { isInstalled } from '../../scripts/lib/dependencies.mjs';

const machine = { platform: 'linux', arch: 'x64' };
const ws = { version: '8.0.0', integrity: 'sha512-a' };
const forMac = { version: '1.0.0', integrity: 'sha512-m', optional: true, os: ['darwin'], cpu: ['x64'] };
const forHere = { version: '1.0.0', integrity: 'sha512-l', optional: true, os: ['linux'], cpu: ['x64'] };
const lock = {
  packages: { '': {}, 'node_modules/ws': ws, 'node_modules/mac': forMac, 'node_modules/here': forHere },
};
const whole = { packages: { 'node_modules/ws': ws, 'node_modules/here': forHere } };

it('accepts an install without the packages of other machines', () => {
  expect(isInstalled(lock, whole, machine)).toBe(true);
});

it.each([
  ['nothing is installed', undefined],
  ['a package is missing', { packages: { 'node_modules/here': forHere } }],
  ['a version differs', { packages: { ...whole.packages, 'node_modules/ws': { ...ws, version: '7.0.0' } } }],
  ['a checksum differs', { packages: { ...whole.packages, 'node_modules/ws': { ...ws, integrity: 'x' } } }],
  ['a package is left over', { packages: { ...whole.packages, 'node_modules/old': ws } }],
  ['it was made on another machine', { packages: { 'node_modules/ws': ws, 'node_modules/mac': forMac } }],
])('refuses when %s', (_case, installed) => {
  expect(isInstalled(lock, installed, machine)).toBe(false);
});
