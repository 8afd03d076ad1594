// The archive writer against the layout that Electron reads.
import { expect, it } from 'vitest';
import { packAsar } from '../../scripts/lib/asar.mjs';

it('packs files that can be found by their header', () => {
  const archive = packAsar({ 'a.txt': Buffer.from('alpha'), 'b.txt': Buffer.from('be') });
  const headerSize = archive.readUInt32LE(4);
  const header = archive.subarray(16, 16 + archive.readUInt32LE(12)).toString('utf8');
  const { files } = JSON.parse(header) as { files: Record<string, { size: number; offset: string }> };
  const read = (name: string) => {
    const start = 8 + headerSize + Number(files[name]?.offset);
    return archive.subarray(start, start + (files[name]?.size ?? 0)).toString('utf8');
  };
  expect(archive.readUInt32LE(0)).toBe(4);
  expect([read('a.txt'), read('b.txt')]).toEqual(['alpha', 'be']);
  expect(archive.length).toBe(8 + headerSize + 'alphabe'.length);
});
