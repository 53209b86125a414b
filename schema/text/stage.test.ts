// Tests which stage of a deployment a status of scap begins.
import { expect, test } from 'vitest';
import { type StageName, stageBegunBy, stageNames } from './stage.ts';

test('the statuses of a backport begin each stage once, in order', () => {
  const begun: StageName[] = ['check'];
  for (const status of [
    'Waiting for changes to be merged…',
    'Changes have been merged',
    'Starting scap sync-world',
    'Building container images',
    'Sync k8s testservers',
    'Sync k8s canaries',
    'Sync k8s production',
  ]) {
    const next = stageBegunBy(status, begun.at(-1) ?? 'check');
    if (next !== null) begun.push(next);
  }
  expect(begun).toEqual(stageNames);
});

test('a roll-back, an earlier stage and an unknown status begin none', () => {
  expect(stageBegunBy('Rolling back k8s production', 'canaries')).toBeNull();
  expect(stageBegunBy('Sync k8s testservers', 'canaries')).toBeNull();
  expect(stageBegunBy('Doing something else', 'check')).toBeNull();
});
