// Owns `spiderpig lose`: closes a job whose host or supervisor will not come back. Its lane stays closed until the job's processes have ended, or the operator accepts that they may run.
import { setTimeout as wait } from 'node:timers/promises';
import { remainsOf } from '../../jobrunner/loss.ts';
import { describeProcesses, type JobProcesses, processesOf } from '../../jobrunner/process/process.ts';
import { killJob } from '../../jobrunner/process/signal.ts';
import { DomainError } from '../../schema/model/error.ts';
import { Job, JobAlreadyEnded, JobNotFound, type SupervisorIdentity } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { type Assurance, closeUnreachableJob } from '../../schema/model/runner/loss.ts';
import { hasProc, isAlive, placeOf } from '../../schema/model/runner/process.ts';
import type { Database } from '../../schema/model/store/database.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { userName, userNameOf } from '../argument.ts';
import { say } from '../output.ts';

/** How long to wait until a killed supervisor has ended, and how often to look, in milliseconds. */
const deathLimit = 5_000;
const deathInterval = 10;

/** The job's processes run on this host, or may: its lane cannot be freed. */
class JobStillRuns extends DomainError {}

/** What the operator accepts: that the processes of the job are killed, or that they may run beside those of the next job. */
interface Accepted {
  readonly kill: boolean;
  readonly mayRun: boolean;
}

export async function run(args: readonly string[]): Promise<void> {
  const { options, own, switches, operands } = parseCommandLine(args, {
    own: { user: userName },
    switches: ['kill', 'although-scap-may-run'],
    operands: true,
    check: (line) => mistakesIn(line.operands),
  });
  const configuration = configurationWith(options);
  const operator = userNameOf(own.user);
  await using database = await openExistingDatabase(configuration);
  const id = Number(operands[0]);
  const accepted = { kill: switches.has('kill'), mayRun: switches.has('although-scap-may-run') };
  const assurance = await assure(database, id, accepted);
  const reason = await closeUnreachableJob(database, id, operator, assurance).catch((error: unknown) => {
    // The jobrunner of this host was first: it has noticed that the supervisor was killed.
    if (assurance === 'ended' && error instanceof JobAlreadyEnded) return error.job.reason;
    throw error;
  });
  say(`job ${id} is lost. ${reason}`);
}

function mistakesIn(operands: readonly string[]): string[] {
  const given = operands.join(' ');
  if (/^[1-9][0-9]{0,8}$/.test(given)) return [];
  return [`one job number is needed${given === '' ? '' : `, not "${given}"`}: spiderpig lose JOB`];
}

/** Finds out whether the processes of a job have ended, or ends them. Null: that is not known, and not accepted. */
async function assure(database: Database, id: number, accepted: Accepted): Promise<Assurance | null> {
  const job = await database.em().findOne(Job, { id });
  if (!job) throw new JobNotFound(id);
  const { supervisor } = job;
  const unknown = accepted.mayRun ? 'confirmed' : null;
  if (!supervisor || hasEnded(job.state)) return null;
  if (placeOf(supervisor) === 'rebooted') return 'ended';
  // A supervisor that responds ends its job itself, when it is stopped.
  const isResponsible = isAlive(supervisor) && job.notRespondingSince == null;
  if (placeOf(supervisor) === 'elsewhere' || !hasProc || isResponsible) return unknown;
  const remains = remainsOf(database, job);
  if (accepted.kill) await kill(supervisor, remains);
  const left = stillRunning(supervisor, remains);
  if (left.length === 0) return 'ended';
  if (unknown !== null) return unknown;
  throw new JobStillRuns(
    `Processes of job ${id} run on this host: ${left.join(', ')}. If its lane “${job.lane}” were free, the next deployment would run beside them. ${
      accepted.kill
        ? 'They could not be ended.'
        : 'To end them first, which can leave the deployment half done, repeat with --kill.'
    } Nothing was recorded.`,
  );
}

async function kill(supervisor: SupervisorIdentity, remains: JobProcesses): Promise<void> {
  if (isAlive(supervisor)) process.kill(supervisor.pid, 'SIGKILL');
  await killJob(remains);
  for (let waited = 0; waited < deathLimit && isAlive(supervisor); waited += deathInterval)
    await wait(deathInterval);
}

/** The processes that are, or may be, the job's: as people know them. */
function stillRunning(supervisor: SupervisorIdentity, remains: JobProcesses): string[] {
  const { own, doubtful } = processesOf(remains);
  const named = describeProcesses([...own, ...doubtful]).map(({ name, pid }) => `${name} (${pid})`);
  return isAlive(supervisor) ? [`its supervisor (${supervisor.pid})`, ...named] : named;
}
