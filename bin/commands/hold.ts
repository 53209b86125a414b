// Owns `spiderpig hold` and `spiderpig release`: they work on the deployment host, also while no server answers.
import { hostSource } from '../../schema/model/account/audit.ts';
import { DomainError } from '../../schema/model/error.ts';
import { currentHold, holdDeployments, releaseHold } from '../../schema/model/job/hold.ts';
import {
  configurationWith,
  parseCommandLine,
} from '../../schema/process/configuration/configuration-reader.ts';
import { openExistingDatabase } from '../../schema/process/database.ts';
import { minuteInUtc } from '../../schema/text/minute.ts';
import { duration, operatorName, userName, userNameOf } from '../argument.ts';
import { say, sayJson } from '../output.ts';

/** Nothing is to be released. */
class NoHold extends DomainError {}

/** `spiderpig hold REASON…` */
export async function run(args: readonly string[]): Promise<void> {
  const { options, own, switches, operands } = parseCommandLine(args, {
    own: { user: userName, for: duration },
    switches: ['json'],
    operands: true,
    check: (line) =>
      line.operands.join('').trim() === '' ? ['a reason is needed: spiderpig hold REASON [--for 2h]'] : [],
  });
  const name = userNameOf(own.user, operatorName());
  const now = Date.now();
  const endsAt = own.for === undefined ? null : now + own.for;
  await using database = await openExistingDatabase(configurationWith(options));
  const request = { reason: operands.join(' '), endsAt, user: name, through: hostSource };
  const { id, reason } = await holdDeployments(database, request, now);
  const end = endsAt === null ? null : new Date(endsAt).toISOString();
  const text = `Deployments are held until ${endsAt === null ? '`spiderpig release`' : minuteInUtc(endsAt)}. Running jobs continue.`;
  const object = { type: 'hold', id: String(id), by: name, reason, endsAt: end };
  if (switches.has('json')) sayJson(object);
  else say(text);
}

/** `spiderpig release` */
export async function release(args: readonly string[]): Promise<void> {
  const { options, own, switches } = parseCommandLine(args, { own: { user: userName }, switches: ['json'] });
  const name = userNameOf(own.user, operatorName());
  await using database = await openExistingDatabase(configurationWith(options));
  const hold = await currentHold(database.em());
  if (hold === null) throw new NoHold('Deployments are not held, so there is no hold to release.');
  const released = await releaseHold(database, { holdId: hold.id, user: name, through: hostSource });
  const object = { type: 'released', id: String(released.id), by: name, reason: released.reason };
  if (switches.has('json')) sayJson(object);
  else say('Deployments are released.');
}
