// Owns the GraphQL documents that ask Gerrit about changes. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

/** What the page shows of a change. */
export const FoundChange = graphql(`
  fragment FoundChange on Change { number url subject project branch owner status problem warnings }
`);

export const ChangesQuery = graphql(`
  query Changes($search: String!, $first: Int!) {
    changes(search: $search, first: $first) {
      nodes { ...FoundChange }
      hasMore
      askedAt
      unavailable
    }
  }
`);

export const ChangeOrderQuery = graphql(`
  query ChangeOrder($changes: [ID!]!) {
    changeOrder(changes: $changes) {
      order
      missing {
        change { ...FoundChange }
        neededBy
        outdated
        addable
      }
      missingCount
      unknown
      cycle
      complete
      unavailable
    }
  }
`);

/** The newest job that deployed a change, or deployed its revert. */
export const LastDeploymentQuery = graphql(`
  query LastDeployment($change: String!) {
    jobs(first: 1, filter: { change: $change, outcomes: [DEPLOYED, DEPLOYED_WITH_ERRORS] }) {
      nodes { id kind finishedAt }
    }
  }
`);
