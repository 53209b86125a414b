// Owns pagination: the Relay-style page info and cursors. Not the lists.
import type { ArgBuilder } from '@pothos/core';
import { builder } from './builder.ts';
import type { ListPart, Page } from './context.ts';
import { rowNumber } from './id.ts';
import { badInput, inRange } from './refusal.ts';

/** The maximum number of rows in a part of a list. */
export const maxPart = 100;

/** Where a page is in its list. */
interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

export const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  authScopes: { read: true },
  description: 'Pagination information of a list, as Relay defines it.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is a next page.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether there is a previous page: whether `after` was passed.',
    }),
    startCursor: t.exposeString('startCursor', {
      nullable: true,
      description: 'The cursor of the first node; null for an empty page.',
    }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'Pass it as `after` to get the next page; null for an empty page.',
    }),
  }),
});

/** A page as a field returns it. `isFirst`: it begins at the beginning of the list. */
export type FieldPage<Node> = Page<Node> & { readonly isFirst: boolean };

/** The page with what its fields need to know about the arguments. Pure. */
export const pageAfter = <Node>(page: Page<Node>, after: string | null | undefined): FieldPage<Node> => ({
  ...page,
  isFirst: after == null,
});

/** The pagination information of a page whose nodes have these row numbers. Pure. */
export const pageInfoOf = (
  { hasNextPage, isFirst }: Pick<FieldPage<unknown>, 'hasNextPage' | 'isFirst'>,
  rows: readonly number[],
): PageInfo => ({
  hasNextPage,
  hasPreviousPage: !isFirst,
  startCursor: rows[0]?.toString() ?? null,
  endCursor: rows.at(-1)?.toString() ?? null,
});

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
