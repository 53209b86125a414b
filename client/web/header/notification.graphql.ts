// Owns the GraphQL document for the notification of an ended job. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const EndedJobQuery = graphql(`
  query EndedJob($id: ID!) {
    job(id: $id) { id outcome reason }
  }
`);
