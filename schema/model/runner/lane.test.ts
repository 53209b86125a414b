import { expect, it } from 'vitest';
import { laneFor, UnknownLane } from './lane.ts';

it.each([
  { requested: null, lanes: [], lane: 'default' },
  { requested: 'default', lanes: [], lane: 'default' },
  { requested: null, lanes: ['default', 'eqiad'], lane: 'default' },
  { requested: null, lanes: ['eqiad'], lane: 'eqiad' },
  { requested: 'eqiad', lanes: ['default', 'eqiad'], lane: 'eqiad' },
])('a request for lane $requested goes to $lane where $lanes are served', ({ requested, lanes, lane }) => {
  expect(laneFor(requested, lanes)).toBe(lane);
});

it.each([
  { requested: null, lanes: ['codfw', 'eqiad'], says: 'Choose a lane' },
  { requested: 'esams', lanes: ['codfw', 'eqiad'], says: 'The lanes are codfw, eqiad' },
  { requested: 'default', lanes: ['codfw', 'eqiad'], says: 'the lane “default”' },
  { requested: 'esams', lanes: [], says: 'No jobrunner has registered yet' },
  { requested: '', lanes: ['default'], says: 'the lane “”' },
  { requested: 'esams', lanes: ['codfw'], says: 'The only lane is codfw' },
])(
  'the lane check refuses lane $requested where $lanes are served, and names them',
  ({ requested, lanes, says }) => {
    expect(() => laneFor(requested, lanes)).toThrow(UnknownLane);
    expect(() => laneFor(requested, lanes)).toThrow(says);
  },
);
