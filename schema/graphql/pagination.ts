// Owns pagination: the Relay-style connections, page info and cursors. Not the lists.
import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { builder, type Scope } from './builder.ts';
import type { ListPart, Page } from './context.ts';
import { rowNumber } from './id.ts';
import { badInput, inRange } from './refusal.ts';

type Types = typeof builder.$inferSchemaTypes;

/** The maximum number of rows in a part of a list. */
export const maxPart = 100;

/** Where a page is in its list. */
interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
}

const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
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

/** A page as a field returns it. `isFirst`: it begins at the beginning of the list. `cursorOf`: the cursor of a node, if it is not its row number. */
export type FieldPage<Node> = Page<Node> & {
  readonly isFirst: boolean;
  readonly cursorOf?: (node: Node) => string;
};

/** The page with what its fields need to know about the arguments. Pure. */
export const pageAfter = <Node>(page: Page<Node>, after: string | null | undefined): FieldPage<Node> => ({
  ...page,
  isFirst: after == null,
});

/** The pagination information of a page whose nodes have these cursors. Pure. */
const pageInfoOf = (
  { hasNextPage, isFirst }: Pick<FieldPage<unknown>, 'hasNextPage' | 'isFirst'>,
  cursors: readonly string[],
): PageInfo => ({
  hasNextPage,
  hasPreviousPage: !isFirst,
  startCursor: cursors[0] ?? null,
  endCursor: cursors.at(-1) ?? null,
});

/** What a connection contains, and who may read it. */
interface ConnectionOptions<Node> {
  readonly scope: Scope;
  readonly description: string;
  /** What one node is, and several are, for the descriptions. */
  readonly one: string;
  readonly many: string;
  /** The row number of a node, which is its cursor unless the page says otherwise. */
  readonly rowOf: (node: Node) => number;
}

/** The types `NameConnection` and `NameEdge` of a list. Returns the first. */
export function connectionType<Node>(
  name: string,
  nodeType: ObjectRef<Types, Node>,
  { scope, description, one, many, rowOf }: ConnectionOptions<Node>,
): ObjectRef<Types, FieldPage<Node>> {
  const authScopes = { [scope]: true };
  const cursorsOf = ({ nodes, cursorOf = (node) => String(rowOf(node)) }: FieldPage<Node>): string[] =>
    nodes.map(cursorOf);
  const EdgeType = builder
    .objectRef<{ readonly node: Node; readonly cursor: string }>(`${name}Edge`)
    .implement({
      authScopes,
      description: `One ${one} with its cursor.`,
      fields: (t) => ({
        node: t.expose('node', { type: nodeType, description: `The ${one}.` }),
        cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue after this one.' }),
      }),
    });
  return builder.objectRef<FieldPage<Node>>(`${name}Connection`).implement({
    authScopes,
    description,
    fields: (t) => ({
      edges: t.field({
        type: [EdgeType],
        description: `The ${many} with their cursors.`,
        resolve: (page) => {
          const cursors = cursorsOf(page);
          return page.nodes.map((node, index) => ({ node, cursor: cursors[index] ?? '' }));
        },
      }),
      nodes: t.field({ type: [nodeType], description: `The ${many}.`, resolve: ({ nodes }) => nodes }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'How to get the next page.',
        resolve: (page) => pageInfoOf(page, cursorsOf(page)),
      }),
      totalCount: t.int({
        description: `The total number of ${many} on all pages.`,
        resolve: (page) => page.count(),
      }),
    }),
  });
}

/** The arguments of a field that returns a connection. `size`: the default size of a page. */
export const pageArgs = (arg: ArgBuilder<Types>, { size, max }: { size: number; max: number }) => ({
  first: arg.int({ defaultValue: size, description: `The page size: 1 to ${max}.` }),
  after: arg.string({
    description: 'The `endCursor` of the previous page. Without it the first page is returned.',
  }),
});

/** The error of a cursor that no page of the list has. */
export const badCursor = (): Error => badInput('“after” is not a cursor of this list.');

/** The row number in a cursor; null without a cursor. Throws BAD_USER_INPUT. Pure. */
export function rowOfCursor(after: string | null | undefined): number | null {
  const row = after == null ? null : rowNumber(after);
  if (after != null && row === null) throw badCursor();
  return row;
}

/** The arguments of a list of which a part is returned: see {@link listPart}. `nodes`: what it contains, for the descriptions. */
export const listArgs = (arg: ArgBuilder<Types>, nodes: string) => ({
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
