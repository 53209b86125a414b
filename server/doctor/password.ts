// Owns the check that the password of the database is not in the arguments of running processes, which every user of the host can read. Not files (secret-file.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { hasPassword } from '../../schema/process/configuration/option-value.ts';
import { type Finding, fail } from './finding.ts';

/** A process, as every user of the host can see it. */
export interface ListedProcess {
  readonly pid: number;
  readonly args: readonly string[];
}

export function* passwordFindings(
  databaseUrl: string,
  processes: Iterable<ListedProcess> = listProcesses(),
): Generator<Finding, void> {
  for (const { pid, args } of withPassword(databaseUrl, processes))
    yield fail(
      `password: the arguments of process ${pid} (${args[0]?.slice(0, 100)}) contain the password of the database, and every user of this host can read them`,
      'put the variables into a file, pass it with --config, restart that process, and change the password',
    );
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
