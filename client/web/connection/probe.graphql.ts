// Owns the query that tests whether plain HTTP and the session work.
import { graphql } from '../../generated/gql.ts';

export const ProbeQuery = graphql(`
  query Probe {
    viewer { role }
  }
`);
