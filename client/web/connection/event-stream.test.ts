// Tests the parser of the text/event-stream format.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStreamReader, type StreamEvent } from './event-stream.ts';

const stream =
  ':\n\nevent: next\ndata: {"data":{"a":"ä\\n"}}\n\n: ping\n\nevent: next\r\ndata: one\r\ndata:two\r\n\r\nid: 7\n\ndata\n\nevent: complete\ndata:\n\n';
const events: StreamEvent[] = [
  { event: 'next', data: '{"data":{"a":"ä\\n"}}' },
  { event: 'next', data: 'one\ntwo' },
  { event: 'message', data: '' },
  { event: 'complete', data: '' },
];

test('events are parsed, comments and unknown fields are skipped', () => {
  expect(new EventStreamReader().push(stream)).toEqual(events);
});

test('the events do not depend on where the stream is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const reader = new EventStreamReader();
      const places = [0, ...cuts.toSorted((one, other) => one - other), stream.length];
      const read = places.slice(1).flatMap((place, index) => reader.push(stream.slice(places[index], place)));
      expect(read).toEqual(events);
    }),
  );
});

test('an unfinished event is not returned', () => {
  const reader = new EventStreamReader();
  expect(reader.push('event: next\ndata: half')).toEqual([]);
  expect(reader.push('\n')).toEqual([]);
  expect(reader.push('\n')).toEqual([{ event: 'next', data: 'half' }]);
});
