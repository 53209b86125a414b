import { describe, expect, it } from 'vitest';
import { hasSeveral, hindrance, type LaneJob } from './lane.ts';

const here = { host: 'deploy1', lanes: ['eqiad'], online: true };
const gone = { host: 'deploy2', lanes: ['codfw'], online: false };
const system = { lanes: ['codfw', 'eqiad'], runners: [here, gone] };
const queued = (lane: string): LaneJob => ({ state: 'QUEUED', lane, host: null });
const running = (host: string | null): LaneJob => ({ state: 'RUNNING', lane: 'eqiad', host });

describe('lanes', () => {
  it('are named where there are several', () => {
    expect(hasSeveral(system)).toBe(true);
    expect(hasSeveral({ lanes: ['default'], runners: [here] })).toBe(false);
    expect(hasSeveral(null)).toBe(false);
  });

  it('that nobody serves hold up the jobs that wait in them', () => {
    expect(hindrance(queued('eqiad'), system)).toBeNull();
    expect(hindrance(queued('codfw'), system)).toEqual({ lane: 'codfw' });
    expect(hindrance(queued('esams'), system)).toEqual({ lane: 'esams' });
  });
});

describe('a host', () => {
  it('without a jobrunner that is there is one that does not answer', () => {
    expect(hindrance(running('deploy1'), system)).toBeNull();
    expect(hindrance(running('deploy2'), system)).toEqual({ host: 'deploy2' });
  });

  it('is no hindrance before there is one, after the end, and while nothing is known', () => {
    expect(hindrance(running(null), system)).toBeNull();
    expect(hindrance({ state: 'LOST', lane: 'codfw', host: 'deploy2' }, system)).toBeNull();
    expect(hindrance(running('deploy2'), null)).toBeNull();
  });
});
