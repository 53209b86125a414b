import { expect, it } from 'vitest';
import { laneFor, UnknownLane } from './lane.ts';

it.each([
  { wished: null, lanes: [], lane: 'default' },
  { wished: 'default', lanes: [], lane: 'default' },
  { wished: null, lanes: ['default', 'eqiad'], lane: 'default' },
  { wished: null, lanes: ['eqiad'], lane: 'eqiad' },
  { wished: 'eqiad', lanes: ['default', 'eqiad'], lane: 'eqiad' },
])('a wish for lane $wished goes to $lane where $lanes are served', ({ wished, lanes, lane }) => {
  expect(laneFor(wished, lanes)).toBe(lane);
});

it.each([
  { wished: null, lanes: ['codfw', 'eqiad'], says: 'Choose a lane' },
  { wished: 'esams', lanes: ['codfw', 'eqiad'], says: 'The lanes are codfw, eqiad' },
  { wished: 'default', lanes: ['codfw', 'eqiad'], says: 'a lane “default”' },
  { wished: 'esams', lanes: [], says: 'serves any lane yet' },
  { wished: '', lanes: ['default'], says: 'a lane “”' },
])(
  'a wish for lane $wished is refused where $lanes are served, and they are named',
  ({ wished, lanes, says }) => {
    expect(() => laneFor(wished, lanes)).toThrow(UnknownLane);
    expect(() => laneFor(wished, lanes)).toThrow(says);
  },
);
