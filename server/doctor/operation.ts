// Owns the findings about an installation that runs, but not as it should: held, clean-up refused, something hangs, fails or is disabled.
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OperationState, RegisteredRunner } from '../../schema/model/operation-state.ts';
import { dialectOf, sqliteFile } from '../../schema/model/store/database.ts';
import { isReserveUsed } from '../../schema/model/store/reserve.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { minuteInUtc } from '../../schema/text/minute.ts';
import { passkeySiteOf } from '../sign-in/passkey-site.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** The findings about what the database records. */
export function* operationFindings(
  state: OperationState,
  publicUrl: string | null,
): Generator<Finding, void> {
  const findings = [
    ...holdFindings(state),
    ...runnerFindings(state),
    ...silentJobFindings(state),
    ...webhookFindings(state),
    ...passkeyFindings(state, publicUrl),
  ];
  if (findings.length === 0) yield ok('operation: deployments are not held, and nothing fails or hangs');
  yield* findings;
}

function holdFindings({ hold }: OperationState): Finding[] {
  if (hold === null) return [];
  const end = hold.endsAt === null ? 'until they are released' : `until ${minuteInUtc(hold.endsAt)}`;
  return [
    warn(
      `hold: deployments are held by ${hold.by} since ${minuteInUtc(hold.since)}, ${end}: “${hold.reason}”`,
      'when the reason no longer applies, run spiderpig release, or release it on the page Administration',
    ),
  ];
}

function* runnerFindings({ runners, queuedJobs }: OperationState): Generator<Finding, void> {
  const present = runners.filter(({ hasEnded }) => !hasEnded);
  if (present.length === 0 && queuedJobs > 0)
    yield fail(
      `jobrunner: none is online, and ${queuedJobs} queued ${queuedJobs === 1 ? 'job waits' : 'jobs wait'}`,
      'start spiderpig-jobrunner.service on the deployment host; its log says why it has ended',
    );
  for (const runner of present) yield* problemsOf(runner);
}

function* problemsOf({
  id,
  cleanUpProblem,
  laneProblem,
  notRespondingSince,
}: RegisteredRunner): Generator<Finding, void> {
  if (cleanUpProblem !== null)
    yield fail(
      `clean-up: the jobrunner ${id} removes no jobs or sessions because of their age: ${cleanUpProblem}`,
      'synchronise the clocks of its host and of the database with NTP; then it cleans up within an hour, or when it is restarted',
    );
  if (laneProblem !== null)
    yield warn(
      `lane: the jobrunner ${id} may not deploy now: ${laneProblem}`,
      'nothing, if another host serves its lanes at present; otherwise see why --lane-check refuses',
    );
  if (notRespondingSince !== null)
    yield fail(
      `jobrunner: ${id} has not looked for jobs since ${minuteInUtc(notRespondingSince)}`,
      'see whether its process is stopped or its host hangs, then restart it; running jobs continue',
    );
}

const silentJobFindings = ({ silentJobs }: OperationState): Finding[] =>
  silentJobs.map(({ id, since }) =>
    fail(
      `supervisor: that of job ${id} has not responded since ${minuteInUtc(since)}`,
      `see whether its process is stopped or its host hangs; spiderpig lose ${id} closes the job`,
    ),
  );

const webhookFindings = ({ webhooks }: OperationState): Finding[] =>
  webhooks.map(({ name, failingSince, disabled }) =>
    disabled === null
      ? warn(
          `webhook: “${name}” has failed since ${minuteInUtc(failingSince ?? 0)}`,
          'see its deliveries on the page Administration; after five days it is disabled',
        )
      : warn(
          `webhook: “${name}” was disabled: ${disabled}`,
          'fix its receiver, then enable it on the page Administration',
        ),
  );

/** Browsers use passkeys only at the host name that they were made for, over TLS. */
function* passkeyFindings({ passkeys }: OperationState, publicUrl: string | null): Generator<Finding, void> {
  if (publicUrl === null) return;
  const { host, hostname } = new URL(publicUrl);
  const isSecure = publicUrl.startsWith('https:') || hostname === 'localhost';
  const site = isSecure ? passkeySiteOf(host, publicUrl) : null;
  if (site === null)
    yield warn(
      `public URL: browsers have no passkeys at ${publicUrl}`,
      'choose a host name with https for --public-url; until then, codes are the second factor',
    );
  for (const each of passkeys.filter((one) => one.host !== site?.host && one.host !== 'localhost'))
    yield warn(
      `passkeys: ${each.count} for ${each.host}, which is not the host of --public-url, cannot be used there`,
      'their users sign in with a code and add a passkey for the new host',
    );
}

/** The findings about files that indicate a problem. */
export function* leftFileFindings({
  data,
  databaseUrl,
}: Pick<Configuration, 'data' | 'databaseUrl'>): Generator<Finding, void> {
  const left = statSync(data, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(data).filter((name) => /^unrecorded-job-\d+-\d+\.log$/.test(name))
    : [];
  if (left.length > 0)
    yield warn(
      `output that is not in the database: ${left.slice(0, 5).join(', ')} in ${data}`,
      'read what these jobs did, then delete the files',
    );
  if (dialectOf(databaseUrl) !== 'sqlite') return;
  const directory = dirname(sqliteFile(databaseUrl));
  if (isReserveUsed(directory))
    yield fail(
      `disk: the reserve in ${join(directory, 'reserve')} was used, because the disk is full`,
      'free some disk space; until then only answers, stops and the ends of jobs are recorded',
    );
}
