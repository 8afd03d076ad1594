import { describe, expect, it } from 'vitest';
import { followable } from '../../../../electron/core/channels/net/followable';

const VENDOR = 'https://open.feishu.cn';
const DOMAINS = ['feishu.cn', 'larksuite.com'];

describe('followable', () => {
  it.each([
    ['the vendor, encrypted', 'wss://msg-frontier.feishu.cn/ws/v2?ticket=1', VENDOR],
    ['the bare domain', 'https://feishu.cn/', VENDOR],
    ["the vendor's other domain", 'wss://msg-frontier-sg.larksuite.com/ws', VENDOR],
    ['the vendor on another port', 'wss://open.feishu.cn:8443/ws', VENDOR],
    ['upper case, which a host name may be', 'WSS://MSG.FEISHU.CN/', VENDOR],
    ['the configured host', 'wss://relay.example.com/ws', 'https://relay.example.com'],
    ['a host below the configured one', 'wss://ws.relay.example.com/ws', 'https://relay.example.com'],
    ['the vendor, from a configured relay', 'wss://msg.feishu.cn/ws', 'https://relay.example.com'],
    ['this machine without encryption, from this machine', 'ws://127.0.0.1:4000/ws', 'http://127.0.0.1:3000'],
    ['this machine by another name', 'http://[::1]:4000/', 'http://localhost:3000'],
    ['this machine, encrypted, by another name', 'wss://localhost:4000/', 'http://127.0.0.1:3000'],
  ])('follows %s', (_what, target, base) => {
    expect(followable(target, base, DOMAINS)).toBe(true);
  });

  it.each([
    ['another host', 'wss://evil.example/ws', VENDOR],
    ['a domain that only ends alike', 'wss://evilfeishu.cn/ws', VENDOR],
    ['the vendor as a mere prefix', 'wss://feishu.cn.evil.example/ws', VENDOR],
    ['the vendor as a user name', 'wss://feishu.cn@evil.example/ws', VENDOR],
    ['a user name on the vendor', 'wss://user@open.feishu.cn/ws', VENDOR],
    ['a password on the vendor', 'wss://:password@open.feishu.cn/ws', VENDOR],
    ['the vendor without encryption', 'ws://open.feishu.cn/ws', VENDOR],
    ['this machine, from the vendor', 'ws://127.0.0.1:4000/ws', VENDOR],
    ['this machine, encrypted, from the vendor', 'wss://127.0.0.1:4000/ws', VENDOR],
    ['another private host, from this machine', 'ws://192.168.1.5/ws', 'http://127.0.0.1:3000'],
    ['a name that only begins like this machine', 'ws://127.0.0.1.evil.example/', 'http://127.0.0.1:3000'],
    ['a sibling of the configured host', 'wss://other.example.com/ws', 'https://relay.example.com'],
    ['the parent of the configured host', 'wss://example.com/ws', 'https://relay.example.com'],
    ['the vendor without encryption, from this machine', 'ws://open.feishu.cn/', 'http://127.0.0.1:3000'],
    ['a fragment, which no connection can have', 'wss://open.feishu.cn/ws#ticket', VENDOR],
    ['another protocol', 'ftp://open.feishu.cn/', VENDOR],
    ['a file', 'file:///etc/passwd', VENDOR],
    ['a script', 'javascript:alert(1)', VENDOR],
    ['a path', '/ws/v2', VENDOR],
    ['nothing', '', VENDOR],
    ['a target without a usable base', 'wss://open.feishu.cn/ws', ''],
  ])('does not follow %s', (_what, target, base) => {
    expect(followable(target, base, DOMAINS)).toBe(false);
  });

  it('reads other spellings of an address before it compares', () => {
    expect(followable('ws://2130706433:4000/', 'http://127.0.0.1:3000', DOMAINS)).toBe(true);
    expect(followable('wss://2130706433:4000/', VENDOR, DOMAINS)).toBe(false);
    expect(followable('wss://fei\u0455hu.cn/', VENDOR, DOMAINS)).toBe(false);
  });
});
