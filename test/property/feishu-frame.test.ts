// The codec of Feishu's frames and the collector of their parts against anything that can come over the wire.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fragments } from '../../electron/core/channels/adapters/feishu/fragments';
import {
  DATA,
  decodeFrame,
  encodeFrame,
  type Frame,
} from '../../electron/core/channels/adapters/feishu/frame';

const RUNS = { numRuns: 2_000 };
const uint64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const bytes = fc.uint8Array({ maxLength: 400 }).map((value) => Buffer.from(value));

const frames: fc.Arbitrary<Frame> = fc.record(
  {
    SeqID: uint64,
    LogID: uint64,
    service: int32,
    method: int32,
    headers: fc.array(fc.record({ key: text, value: text }), { maxLength: 12 }),
    payloadEncoding: text,
    payloadType: text,
    payload: bytes,
    LogIDNew: text,
  },
  { requiredKeys: ['SeqID', 'LogID', 'service', 'method', 'headers'] },
);

it('every frame survives the way to bytes and back', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const back = decodeFrame(encodeFrame(frame));
      const payload = back?.payload === undefined ? {} : { payload: Buffer.from(back.payload) };
      expect({ ...back, ...payload }).toEqual(frame);
    }),
    RUNS,
  );
});

it('any bytes are a frame or undefined, never an exception, and what is read is no larger than what came', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => {
      const frame = decodeFrame(noise);
      if (frame === undefined) return;
      expect(frame.headers.length).toBeLessThanOrEqual(64);
      expect(frame.payload?.length ?? 0).toBeLessThanOrEqual(noise.length);
    }),
    RUNS,
  );
});

it('a frame with a byte changed, cut off or put behind is a frame or undefined, never an exception', () => {
  fc.assert(
    fc.property(frames, fc.nat(), fc.nat(255), fc.uint8Array({ maxLength: 20 }), (frame, at, byte, more) => {
      const encoded = Buffer.from(encodeFrame(frame));
      const changed = Buffer.from(encoded);
      changed[at % changed.length] = byte;
      decodeFrame(changed);
      decodeFrame(encoded.subarray(0, at % encoded.length));
      decodeFrame(Buffer.concat([encoded, more]));
    }),
    RUNS,
  );
});

it('a length that promises more than there is costs nothing and is no frame', () => {
  fc.assert(
    fc.property(frames, fc.bigInt({ min: 10_000n, max: 0xffff_ffff_ffff_ffffn }), (frame, promised) => {
      const head = encodeFrame({ ...frame, headers: [] });
      const length: number[] = [];
      for (let rest = promised; rest > 0n; rest >>= 7n) length.push(Number(rest & 0x7fn) | 0x80);
      length.push(0);
      expect(decodeFrame(Buffer.concat([head, Buffer.from([(8 << 3) | 2, ...length])]))).toBeUndefined();
    }),
    RUNS,
  );
});

it('a frame without one of its first four fields is no frame', () => {
  const whole = { SeqID: 1n, LogID: 2n, service: 3, method: 1, headers: [] };
  const encoded = Buffer.from(encodeFrame(whole));
  expect(encoded).toEqual(Buffer.from([0x08, 1, 0x10, 2, 0x18, 3, 0x20, 1]));
  expect(decodeFrame(encoded)).toEqual(whole);
  for (let field = 0; field < 4; field += 1) {
    const without = Buffer.concat([encoded.subarray(0, field * 2), encoded.subarray(field * 2 + 2)]);
    expect(decodeFrame(without)).toBeUndefined();
  }
});

it('a field of another type is no frame, an unknown field is passed over', () => {
  const head = Buffer.from([0x08, 1, 0x10, 2, 0x18, 3, 0x20, 1]);
  const frame = decodeFrame(head);
  const [varint5, fixed8, text1, group] = [
    [0x28, 1],
    [0x41, 0, 0, 0, 0, 0, 0, 0, 0],
    [0x0a, 0],
    [0x5b, 0x5c],
  ];
  for (const wrong of [varint5, fixed8, text1, group, [0x00, 0], [0x2a, 2, 0x08, 1]]) {
    expect(decodeFrame(Buffer.concat([head, Buffer.from(wrong!)]))).toBeUndefined();
  }
  const [varint10, bytes10, fixed32, fixed64] = [
    [0x50, 1],
    [0x52, 1, 7],
    [0x55, 0, 0, 0, 0],
    [0x51, 0, 0, 0, 0, 0, 0, 0, 0],
  ];
  for (const unknown of [varint10, bytes10, fixed32, fixed64]) {
    expect(decodeFrame(Buffer.concat([head, Buffer.from(unknown!)]))).toEqual(frame);
  }
});

it('a frame with more headers than the vendor ever sends is no frame', () => {
  const headers = Array.from({ length: 65 }, (_, index) => ({ key: 'k', value: String(index) }));
  const frame = { SeqID: 1n, LogID: 2n, service: 3, method: 1 };
  expect(decodeFrame(encodeFrame({ ...frame, headers }))).toBeUndefined();
  expect(decodeFrame(encodeFrame({ ...frame, headers: headers.slice(1) }))?.headers).toHaveLength(64);
});

function part(id: string, sum: unknown, seq: unknown, payload: Uint8Array | undefined): Frame {
  const headers = Object.entries({ message_id: id, sum: String(sum), seq: String(seq) }).map(
    ([key, value]) => ({
      key,
      value,
    }),
  );
  const frame = { SeqID: 0n, LogID: 0n, service: 1, method: DATA, headers };
  return payload === undefined ? frame : { ...frame, payload };
}

it('parts in any order, with repeats, give the whole exactly once', () => {
  const cases = fc
    .array(bytes, { minLength: 2, maxLength: 12 })
    .chain((parts) =>
      fc.tuple(
        fc.constant(parts),
        fc.shuffledSubarray([...parts.keys()], { minLength: parts.length }),
        fc.nat(parts.length - 1),
      ),
    );
  fc.assert(
    fc.property(cases, ([parts, order, repeated]) => {
      const fragments = new Fragments();
      const results = [...order.slice(0, -1), order[repeated % (order.length - 1)]!, order.at(-1)!].map(
        (seq) => fragments.add(part('m', parts.length, seq, parts[seq]), 0),
      );
      expect(results.slice(0, -1).every((result) => result === 'incomplete')).toBe(true);
      expect(Buffer.from(results.at(-1) as Uint8Array)).toEqual(Buffer.concat(parts));
    }),
    RUNS,
  );
});

it('numbers that make no sense are malformed, never an exception', () => {
  const odd = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.string(),
    fc.constantFrom('', '-1', '1e3', '999999999', '0x1'),
  );
  fc.assert(
    fc.property(odd, odd, (sum, seq) => {
      const isSane = /^\d{1,6}$/.test(String(sum)) && /^\d{1,6}$/.test(String(seq));
      const fits = isSane && Number(sum) >= 1 && Number(sum) <= 64 && Number(seq) < Number(sum);
      const result = new Fragments().add(part('m', sum, seq, Buffer.from('x')), 0);
      expect(result === 'malformed').toBe(!fits);
    }),
    RUNS,
  );
});

it('what never becomes whole is forgotten: after 10 s, beyond 32 events, beyond 4 MiB', () => {
  const late = new Fragments();
  late.add(part('m', 2, 0, Buffer.from('a')), 0);
  expect(late.add(part('m', 2, 1, Buffer.from('b')), 10_001)).toBe('incomplete');

  const many = new Fragments();
  for (let event = 0; event < 33; event += 1) many.add(part(`m${event}`, 2, 0, Buffer.from('a')), 0);
  expect(many.add(part('m32', 2, 1, Buffer.from('b')), 0)).toEqual(Buffer.from('ab'));
  expect(many.add(part('m0', 2, 1, Buffer.from('b')), 0)).toBe('incomplete');

  const large = new Fragments();
  const megabyte = Buffer.alloc(1024 * 1024);
  for (let event = 0; event < 5; event += 1) large.add(part(`m${event}`, 2, 0, megabyte), 0);
  expect(large.add(part('m4', 2, 1, Buffer.from('b')), 0)).toHaveLength(megabyte.length + 1);
  expect(large.add(part('m0', 2, 1, Buffer.from('b')), 0)).toBe('incomplete');
});

it('a part is kept without the frame that it came in, which may be a thousand times as large', () => {
  const fragments = new Fragments();
  const frame = Buffer.from('padding, then ab');
  fragments.add(part('m', 2, 0, frame.subarray(-2)), 0);
  frame.fill('x');
  expect(Buffer.from(fragments.add(part('m', 2, 1, Buffer.from('c')), 0)).toString()).toBe('abc');
});

it('a part that disagrees about how many there are, or has no id or content, is malformed', () => {
  const fragments = new Fragments();
  fragments.add(part('m', 2, 0, Buffer.from('a')), 0);
  expect(fragments.add(part('m', 3, 1, Buffer.from('b')), 0)).toBe('malformed');
  expect(fragments.add(part('n', 2, 0, undefined), 0)).toBe('malformed');
  const nameless = {
    ...part('', 2, 0, Buffer.from('a')),
    headers: [
      { key: 'sum', value: '2' },
      { key: 'seq', value: '0' },
    ],
  };
  expect(fragments.add(nameless, 0)).toBe('malformed');
});
