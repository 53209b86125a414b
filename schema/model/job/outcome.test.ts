import { expect, it } from 'vitest';
import { type AskedQuestion, type EndEvidence, jobOutcomes, judgeEnd, outcomeOfState } from './outcome.ts';
import { endedStates } from './state.ts';

const question = (
  key: string | null,
  answer: string | null,
  prompt = 'Backport the changes?',
): AskedQuestion => ({
  key,
  prompt,
  kind: 'choices',
  answer,
  label: answer === 'y' ? 'Yes' : answer === 'n' ? 'No' : 'Some choice',
  by: 'ada',
});
const output = (...texts: string[]): EndEvidence['lastLines'] =>
  texts.map((text, index) => ({ number: index + 1, text, error: text.includes('ERROR') }));
const ended = (status: number, evidence: Partial<EndEvidence> = {}) =>
  judgeEnd({
    state: status === 0 ? 'succeeded' : 'failed',
    exit: { status, signal: null },
    questions: [],
    lastStatus: null,
    lastLines: [],
    afterRollBack: 'The changes are still merged.',
    ...evidence,
  });

const confirm = question('backport.confirm', 'y');
const onTestservers = (answer: string) =>
  question('testservers.continue', answer, 'Synced to the testservers.\n\nContinue with deployment?');
const failedCheck = (answer: string, stage = 'canary') =>
  question('checks.failed', answer, `${stage} checks failed.\n\nWhat do you want to do?`);

it('a job is deployed after exit status 0 without other evidence', () => {
  expect(ended(0)).toEqual({ outcome: 'deployed', reason: null, details: '', lastError: null });
  expect(ended(0, { questions: [confirm, onTestservers('y')] }).outcome).toBe('deployed');
});

it.each([
  'backport.not-live',
  'backport.l10n-rebuild',
  'backport.dependency-warnings',
  'backport.confirm',
  'backport.patch-set-changed',
  'backport.unexpected-commits',
])('a job is declined after “No” to %s, although scap exits with status 0', (key) => {
  const { outcome, reason, lastError } = ended(0, {
    questions: [question(key, 'n')],
    lastLines: output('ERROR: something before', 'Backport cancelled'),
  });
  expect(outcome).toBe('declined');
  expect(reason).toMatch(/^ada declined at “Backport the changes\?”; nothing was deployed\./);
  expect(reason?.includes('merged')).toBe(/patch-set|unexpected/.test(key));
  expect(lastError).toBeNull();
});

it('a job is not declined if the answer was not delivered, or if scap asked something after it', () => {
  expect(ended(0, { questions: [question('backport.confirm', null)] }).outcome).toBe('deployed');
  const questions = [question('backport.not-live', 'n'), confirm, onTestservers('y')];
  expect(ended(0, { questions }).outcome).toBe('deployed');
});

it('a job is declined by “No” to an unknown question only if scap says that it cancelled', () => {
  const questions = [question(null, 'n', 'Carry on?')];
  expect(ended(0, { questions }).outcome).toBe('deployed');
  expect(ended(0, { questions, lastLines: output('12:00:00 Backport cancelled') }).outcome).toBe('declined');
  expect(ended(0, { lastLines: output('Backport cancelled') }).outcome).toBe('deployed');
});

it('a job has nothing to do if scap skipped the sync, unless a sync was seen', () => {
  const lastLines = output(
    '12:00:00 Skipping sync since all commits were beta/labs-only changes. Operation completed.',
  );
  const { outcome, reason } = ended(0, { lastLines, questions: [confirm] });
  expect(outcome).toBe('nothing_to_do');
  expect(reason).toBe(
    'Nothing was deployed: Skipping sync since all commits were beta/labs-only changes. Operation completed.',
  );
  expect(
    ended(0, { lastLines: output('Skipping sync since there are no deployable commits.') }).outcome,
  ).toBe('nothing_to_do');
  expect(ended(0, { lastLines, lastStatus: 'Sync k8s production' }).outcome).toBe('deployed');
  expect(ended(0, { lastLines, questions: [onTestservers('y')] }).outcome).toBe('deployed');
});

it('a job is rolled back after “No” on the test servers', () => {
  const { outcome, reason } = ended(1, { questions: [confirm, onTestservers('n')] });
  expect(outcome).toBe('rolled_back');
  expect(reason).toMatch(/^Rolled back: ada answered “No” to “Continue with deployment\?”\. .* still merged/);
});

it.each(['checks.failed', 'kubernetes.stage-failed'])('a job is rolled back after “b” to %s', (key) => {
  const questions = [confirm, question(key, 'r'), question(key, 'b')];
  expect(ended(1, { questions }).outcome).toBe('rolled_back');
});

it('a job is rolled back only if the roll-back was completed', () => {
  const failed = (answer: string | null) => question('kubernetes.rollback-failed', answer);
  const rollback = failedCheck('b');
  expect(ended(1, { questions: [rollback, failed('r')] }).outcome).toBe('rolled_back');
  expect(ended(1, { questions: [rollback, failed('r'), failed('c')] }).outcome).toBe('failed');
  expect(ended(1, { questions: [rollback, failed(null)] }).outcome).toBe('failed');
  expect(ended(70, { questions: [rollback] }).outcome).toBe('failed');
  const killed = { exit: { status: null, signal: 'SIGKILL' }, questions: [rollback] };
  expect(ended(1, killed).outcome).toBe('failed');
  const acknowledged = [rollback, question('rollback.acknowledge', 'a')];
  expect(ended(70, { questions: acknowledged }).outcome).toBe('rolled_back');
});

it('a job is deployed with errors if a failed check was ignored, or if the last check failed', () => {
  const ignored = ended(0, { questions: [confirm, failedCheck('i')] });
  expect(ignored.outcome).toBe('deployed_with_errors');
  expect(ignored.reason).toContain('to “canary checks failed. What do you want to do?”');
  const left = ended(1, { questions: [failedCheck('x', 'production')] });
  expect(left).toMatchObject({
    outcome: 'deployed_with_errors',
    reason: 'Deployed, but the final check failed (exit status 1).',
  });
  expect(ended(1, { questions: [failedCheck('x', 'canary')] }).outcome).toBe('failed');
});

it('a job is deployed with errors if scap finished the sync and exits with status 1', () => {
  const lastLines = output(
    '3 apaches had sync errors',
    'Finished scap sync-world: Backport for x (duration: 9m)',
  );
  expect(ended(1, { lastLines }).outcome).toBe('deployed_with_errors');
  expect(ended(70, { lastLines }).outcome).toBe('failed');
  const cancelledRollback = [failedCheck('b'), question('kubernetes.rollback-failed', 'c')];
  expect(ended(1, { lastLines, questions: cancelledRollback }).outcome).toBe('failed');
});

it('the reason of a failed job names the open question and the last three errors, shortened', () => {
  const lastLines = output('ERROR 1', 'ERROR 2', 'fine', 'ERROR 3', `ERROR ${'x'.repeat(1_000)}`, 'end');
  const { details, lastError } = ended(1, { lastLines, questions: [question('backport.confirm', null)] });
  expect(details).toBe(
    ` scap was asking “Backport the changes?”. Last errors: “ERROR 2”, “ERROR 3”, “ERROR ${'x'.repeat(194)}…”.`,
  );
  expect(lastError).toEqual({ number: 5, text: `ERROR ${'x'.repeat(194)}…` });
  expect(ended(1, { lastLines: output('first', 'gone', '') }).details).toBe(' Last line: “gone”.');
});

it('the outcome of stopped, lost and cancelled jobs follows their state, not the answers', () => {
  for (const state of ['stopped', 'lost', 'cancelled'] as const)
    expect(ended(0, { state, questions: [question('backport.confirm', 'n')] }).outcome).toBe(state);
});

it('each final state has an outcome, and no other state', () => {
  for (const state of endedStates) expect(jobOutcomes).toContain(outcomeOfState(state));
  expect(outcomeOfState('running')).toBeNull();
});

it('a train that failed only its check of the version is deployed, with what scap saw', () => {
  const check = 'Checking version on https://en.wikinews.org/wiki/Special:Version';
  const lines = output(
    check,
    'Actual:   1.47.0-wmf.15',
    'Result:   FAIL',
    'Aborting: Could not verify version update',
  );
  const { outcome, reason } = ended(1, { lastLines: lines });
  expect(outcome).toBe('deployed_with_errors');
  expect(reason).toMatch(/^Deployed, but the check of the version failed: .* showed “1.47.0-wmf.15”/);
  const merge = output('Aborting: Waited for 600 seconds but the patch was not merged');
  expect(ended(1, { lastLines: merge }).outcome).toBe('failed');
});
