import { describe, expect, it } from 'vitest';
import {
  bestRanked,
  commandName,
  parseLsof,
  parseNetstat,
  parseProcNetTcp,
  parseTasklist,
} from '../../../electron/core/diagnosis/socket-tables';

const PROC = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1001 1 0 100
   1: 00000000:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1002 1 0 100
   2: 0100007F:4965 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 1003 1 0 100
   3: 0A00000A:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1004 1 0 100
   4: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1005 1 0 100
   5: 00000000000000000000000000000000:4965 00000000000000000000000000000000:0000 0A 0:0 0:0 0  0 0 1006 1
   6: 0000000000000000FFFF00000100007F:4965 00000000000000000000000000000000:0000 0A 0:0 0:0 0  0 0 1007 1
   7: 00000000000000000000000001000000:4965 00000000000000000000000000000000:0000 0A 0:0 0:0 0  0 0 1008 1
`;

describe('parseProcNetTcp', () => {
  it('finds the listeners of the port that 127.0.0.1 reaches, and no others', () => {
    expect(parseProcNetTcp(PROC, 18789)).toEqual([
      { rank: 2, id: '1001' },
      { rank: 1, id: '1002' },
      { rank: 1, id: '1006' },
      { rank: 2, id: '1007' },
    ]);
    expect(parseProcNetTcp(PROC, 1)).toEqual([]);
  });

  it('is not confused by text that is no table', () => {
    expect(parseProcNetTcp('', 18789)).toEqual([]);
    expect(parseProcNetTcp('\n: : :\n0: 0100007F:4965\n', 18789)).toEqual([]);
  });
});

describe('bestRanked', () => {
  it('prefers the exact address, because the kernel does', () => {
    expect(bestRanked(parseProcNetTcp(PROC, 18789))).toEqual(['1001', '1007']);
    expect(bestRanked([])).toEqual([]);
  });
});

describe('the tables of other systems', () => {
  it('reads lsof', () => {
    const text = 'p501\ncnode\nn127.0.0.1:18789\nn[::1]:18789\np777\ncControlCe\nn*:18789\n';
    const { sockets, names } = parseLsof(text);
    expect(sockets).toEqual([
      { rank: 2, id: '501' },
      { rank: 1, id: '777' },
    ]);
    expect(names.get('501')).toBe('node');
  });

  it('reads netstat in any language', () => {
    const text = [
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:18789        0.0.0.0:0              ABHÖREN          4242',
      '  TCP    127.0.0.1:18789        127.0.0.1:50000        HERGESTELLT      4242',
      '  TCP    10.0.0.1:18789         0.0.0.0:0              ABHÖREN          9',
      '  TCP    0.0.0.0:118789         0.0.0.0:0              ABHÖREN          8',
    ].join('\r\n');
    expect(parseNetstat(text, 18789)).toEqual([{ rank: 2, id: '4242' }]);
  });

  it('reads tasklist', () => {
    expect(parseTasklist('"node.exe","4242","Console","1","61,000 K"\r\n')).toBe('node.exe');
    expect(parseTasklist('INFO: No tasks are running.')).toBeUndefined();
  });
});

describe('commandName', () => {
  it('keeps the program and its script by name', () => {
    expect(commandName('/usr/bin/node\0/opt/openclaw/dist/index.js\0gateway\0')).toBe('node index.js');
    expect(commandName('node\0gatehouse.cjs\0serve\0')).toBe('node gatehouse.cjs');
    expect(commandName('/usr/sbin/nginx\0')).toBe('nginx');
    expect(commandName('')).toBeUndefined();
  });

  it('never shows another argument', () => {
    const shown = [
      commandName('/usr/bin/node\0--token=S3CRET\0server.js\0'),
      commandName('/usr/bin/node\0-e\0const token = "S3CRET"\0'),
      commandName('/opt/tool\0S3CRET\0'),
      commandName('node\0server.js\0--token\0S3CRET\0'),
      commandName('openclaw-gateway --token S3CRET\0\0\0'),
      commandName('daemon: serving token/S3CRET\0'),
    ];
    expect(shown.join('\n')).not.toContain('S3CRET');
    expect(shown[4]).toBe('openclaw-gateway');
  });

  it('makes the name safe to show', () => {
    expect(commandName('/tmp/a\u001b[31m\u202eb\0x\0')).toBe('a[31mb');
  });
});
