// Owns the document by which the page finds out whether plain HTTP works, and knows it. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const ProbeQuery = graphql(`
  query Probe {
    viewer { role }
  }
`);
