// Owns the checks that no other user can read the password of the database: in the arguments of running processes, or in the configuration file.
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { hasPassword } from '../../schema/process/option-value.ts';
import { type Finding, fail, octal, ok } from './finding.ts';

/** Where the units in `packaging/` expect the variables. */
const packagedFile = '/etc/spiderpig.env';

/** A process, as every user of the host can see it. */
export interface ListedProcess {
  readonly pid: number;
  readonly args: readonly string[];
}

/** `configurationFile`: the one that was read; null: none. */
export function* passwordFindings(
  databaseUrl: string,
  configurationFile: string | null,
  processes: Iterable<ListedProcess> = listProcesses(),
): Generator<Finding, void> {
  for (const { pid, args } of withPassword(databaseUrl, processes))
    yield fail(
      `password: the arguments of process ${pid} (${args[0]?.slice(0, 100)}) contain the password of the database, and every user of this host can read them`,
      'put the variables into a file, pass it with --config, restart that process, and change the password',
    );
  for (const file of new Set([configurationFile, packagedFile])) {
    const found = file === null ? undefined : statSync(file, { throwIfNoEntry: false });
    if (file !== null && found) yield fileFinding(file, found);
  }
}

/** Only others are checked: the units read a file of root and their group. */
function fileFinding(file: string, { mode }: Stats): Finding {
  if ((mode & 0o022) !== 0)
    return fail(
      `configuration file: other users can change ${file} (mode ${octal(mode)}), and with it which program is run as scap`,
      `chmod 0640 ${file}`,
    );
  if ((mode & 0o004) !== 0)
    return fail(
      `configuration file: every user can read ${file} (mode ${octal(mode)}), which may contain passwords`,
      `chmod 0640 ${file}`,
    );
  return ok(`configuration file: ${file}, readable only for its owner and group`);
}

/** The processes with the password of a database URL in their arguments. Pure. */
function withPassword(databaseUrl: string, processes: Iterable<ListedProcess>): ListedProcess[] {
  if (!hasPassword(databaseUrl) || !URL.canParse(databaseUrl)) return [];
  const { password: encoded, searchParams } = new URL(databaseUrl);
  const passwords = [encoded, decoded(encoded), searchParams.get('password') ?? ''].filter(
    (each) => each !== '',
  );
  // With what surrounds a password, because a short one alone is a part of many arguments.
  const forms = passwords.flatMap((each) => [`:${each}@`, `password=${each}`, `PGPASSWORD=${each}`]);
  return [...processes].filter(({ args }) => args.some((arg) => forms.some((form) => arg.includes(form))));
}

/** A part of a URL without percent encoding; unchanged if that is malformed. Pure. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** All processes of this host, from /proc; none where there is no /proc. */
function* listProcesses(): Generator<ListedProcess, void> {
  let names: string[] = [];
  try {
    names = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  } catch {
    // Not Linux.
  }
  for (const name of names) {
    try {
      yield { pid: Number(name), args: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') };
    } catch {
      // The process has ended, or is hidden from this user and so from others.
    }
  }
}
