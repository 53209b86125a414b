// Owns pagination: the Relay-style page info and cursors. Not the lists.
import { builder } from './builder.ts';
import { rowNumber } from './id.ts';
import { badInput } from './refusal.ts';

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
