// Owns running the supervisor of a job in the process of a test, with the settings that most tests do not care about. Owns no job.
import { tmpdir } from 'node:os';
import { Launcher } from '../../jobrunner/process/launcher.ts';
import { supervise } from '../../jobrunner/supervisor/supervisor.ts';
import { identify } from '../../schema/model/runner/process.ts';

type Settings = Parameters<typeof supervise>[0];

/** Supervises a claimed job with a new launcher. Resolves when the job has ended. */
export async function superviseJob(
  settings: Pick<Settings, 'database' | 'jobId' | 'scap'> & Partial<Settings>,
): Promise<void> {
  await supervise({
    identity: identify(process.pid),
    launcher: await Launcher.open(),
    scapArguments: [],
    trainPause: true,
    staging: null,
    accountCheck: false,
    passEnv: [],
    directory: tmpdir(),
    data: tmpdir(),
    stopGrace: 0,
    windingDown: 900,
    masks: null,
    environment: { PATH: process.env['PATH'] },
    warn: () => {},
    ...settings,
  });
}
