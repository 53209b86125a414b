// Owns the GraphQL document that searches changes in Gerrit. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const ChangesQuery = graphql(`
  query Changes($search: String!, $first: Int!) {
    changes(search: $search, first: $first) {
      nodes { number url subject project branch owner status problem warnings commitMessage }
      hasMore
      unavailable
    }
  }
`);
