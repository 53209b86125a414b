// Owns how large a GraphQL document may be before anything of it is executed. Pure.
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** The longest document, in UTF-16 units; the most tokens in it. */
export const longestDocument = 100_000;
export const mostTokens = 10_000;
/** How deep fields may be nested; introspection has a limit of its own among GraphQL's rules. */
export const deepest = 12;
/** How many fields may be asked for, those of a fragment counted wherever it is spread; and how many of them under another name. */
export const mostFields = 1_000;
export const mostAliases = 50;

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
}

const empty: Size = { depth: 0, fields: 0, aliases: 0 };

/** Refuses operations that are too deep or too broad. Fragments are measured once each, so that measuring takes no longer than reading. */
export function SizeRule(context: ValidationContext): ASTVisitor {
  const measured = new Map<FragmentDefinitionNode, Size>();

  function sizeOf(set: SelectionSetNode, path: ReadonlySet<FragmentDefinitionNode>): Size {
    let { depth, fields, aliases } = empty;
    for (const selection of set.selections) {
      let size: Size;
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? sizeOf(selection.selectionSet, path) : empty;
        size = {
          depth: selection.name.value.startsWith('__') ? 0 : below.depth + 1,
          fields: below.fields + 1,
          aliases: below.aliases + (selection.alias ? 1 : 0),
        };
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        size = sizeOf(selection.selectionSet, path);
      } else {
        const fragment = context.getFragment(selection.name.value);
        // A fragment within itself is refused by another rule.
        if (!fragment || path.has(fragment)) continue;
        size = measured.get(fragment) ?? sizeOf(fragment.selectionSet, new Set([...path, fragment]));
        measured.set(fragment, size);
      }
      depth = Math.max(depth, size.depth);
      fields += size.fields;
      aliases += size.aliases;
    }
    return { depth, fields, aliases };
  }

  return {
    OperationDefinition(operation) {
      const { depth, fields, aliases } = sizeOf(operation.selectionSet, new Set());
      const refuse = (message: string): void =>
        context.reportError(
          new GraphQLError(message, { nodes: [operation], extensions: { code: 'TOO_LARGE' } }),
        );
      if (depth > deepest) refuse(`This operation is ${depth} fields deep; at most ${deepest} are allowed.`);
      if (fields > mostFields)
        refuse(`This operation asks for ${fields} fields; at most ${mostFields} are allowed.`);
      if (aliases > mostAliases)
        refuse(`This operation has ${aliases} aliases; at most ${mostAliases} are allowed.`);
    },
  };
}
