// Owns pagination: the Relay-style page info and cursors. Not the lists.
import { builder } from './builder.ts';
import { rowNumber } from './id.ts';
import { badInput } from './refusal.ts';

/** How a page goes on. */
interface PageEnd {
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

export const PageInfoType = builder.objectRef<PageEnd>('PageInfo').implement({
  authScopes: { read: true },
  description: 'How a page of a list goes on.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there are more behind it.' }),
    endCursor: t.exposeString('endCursor', {
      nullable: true,
      description: 'What to give as `after` for the next page; null for an empty page.',
    }),
  }),
});

/** The cursor of the last one of a page; null when it is empty. Pure. */
export const endCursor = (nodes: readonly { readonly id: number }[]): string | null =>
  nodes.at(-1)?.id.toString() ?? null;

/** The row number behind a cursor; null without one. Throws BAD_USER_INPUT. Pure. */
export function rowBehind(after: string | null | undefined): number | null {
  const row = after == null ? null : rowNumber(after);
  if (after != null && row === null) throw badInput('“after” is not a cursor that came from this list.');
  return row;
}
