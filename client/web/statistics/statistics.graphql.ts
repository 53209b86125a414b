// Owns the GraphQL document of the statistics. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const StatisticsQuery = graphql(`
  query Statistics($from: DateTime!, $to: DateTime!, $timeZone: String) {
    statistics(from: $from, to: $to, timeZone: $timeZone) {
      complete
      from
      to
      timeZone
      days { day outcomes { outcome count } }
      hours { weekday hour count }
      stages { name machines { median p90 count } people { median p90 count } }
      questions { key waited { median p90 count } }
      failures { stage error count jobs }
      stopped { id outcome finishedAt reason }
      durations { id outcome finishedAt duration }
      delivery {
        deploymentsPerDay
        leadTime { median p90 count }
        changeFailureRate
        timeToRestore { median p90 count }
      }
    }
  }
`);
