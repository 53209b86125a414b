// Owns pagination: the Relay-style page info and cursors. Not the lists.
import type { ArgBuilder } from '@pothos/core';
import { builder } from './builder.ts';
import type { ListPart } from './context.ts';
import { rowNumber } from './id.ts';
import { badInput, inRange } from './refusal.ts';

/** The maximum number of rows in a part of a list. */
export const maxPart = 100;

/** The end of a page. */
interface PageEnd {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export const PageInfoType = builder.objectRef<PageEnd>('PageInfo').implement({
  authScopes: { read: true },
  description: 'Pagination information of a list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is a next page.' }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Pass it as `after` to get the next page; null for an empty page.',
    }),
  }),
});

/** The cursor of the last node; null for an empty page. Pure. */
export const endCursor = (nodes: readonly { readonly id: number }[]): string | null =>
  nodes.at(-1)?.id.toString() ?? null;

/** The row number in a cursor; null without a cursor. Throws BAD_USER_INPUT. Pure. */
export function rowOfCursor(after: string | null | undefined): number | null {
  const row = after == null ? null : rowNumber(after);
  if (after != null && row === null) throw badInput('“after” is not a cursor of this list.');
  return row;
}

/** The arguments of a list of which a part is returned: see {@link listPart}. `nodes`: what it contains, for the descriptions. */
export const listArgs = (arg: ArgBuilder<typeof builder.$inferSchemaTypes>, nodes: string) => ({
  first: arg.int({ defaultValue: maxPart, description: `The maximum number of ${nodes}: 1 to ${maxPart}.` }),
  after: arg.id({ description: `Returns only ${nodes} after the one with this id.` }),
  last: arg.int({
    description: `Returns this many ${nodes} from the end of the list, 1 to ${maxPart}; used instead of \`first\`.`,
  }),
});

/** The part of a list that these arguments select. Throws BAD_USER_INPUT. Pure. */
export function listPart(args: {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
}): ListPart {
  const after = rowOfCursor(args.after) ?? 0;
  return args.last == null
    ? { after, count: inRange('first', args.first ?? maxPart, 1, maxPart), last: false }
    : { after, count: inRange('last', args.last, 1, maxPart), last: true };
}
