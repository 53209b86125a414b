// Tests the text/event-stream format, cut anywhere.
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

test('events are read, comments and unknown fields are not', () => {
  expect(new EventStreamReader().push(stream)).toEqual(events);
});

test('wherever the stream is cut, the events are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
      const reader = new EventStreamReader();
      const places = [0, ...cuts.toSorted((one, other) => one - other), stream.length];
      const read = places.slice(1).flatMap((place, index) => reader.push(stream.slice(places[index], place)));
      expect(read).toEqual(events);
    }),
  );
});

test('an event that is not finished is not given out', () => {
  const reader = new EventStreamReader();
  expect(reader.push('event: next\ndata: half')).toEqual([]);
  expect(reader.push('\n')).toEqual([]);
  expect(reader.push('\n')).toEqual([{ event: 'next', data: 'half' }]);
});
