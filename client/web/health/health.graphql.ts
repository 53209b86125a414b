// Owns the documents about production errors: of a job, of the whole log, and their total. Owns no state.
import { graphql } from '../../generated/gql.ts';

/** How current counts of errors are. */
export const ErrorSourceFragment = graphql(`
  fragment ErrorSource on ErrorLogSource { readAt problem failingSince }
`);

/** A message with what its row shows. */
export const ErrorRowFragment = graphql(`
  fragment ErrorRow on ErrorMessage {
    id
    text
    isNew
    count
    firstSeenAt
    lastSeenAt
    versions { name count }
    wikis { name count }
    trend
    dashboardUrl
  }
`);

/** The result of the watch after a job: the updates of the job end with the job. */
export const ErrorWatchUpdatesSubscription = graphql(`
  subscription ErrorWatchUpdates($jobId: ID!) {
    jobHealthUpdates(jobId: $jobId) { watch { state at until text } }
  }
`);

export const JobHealthUpdatesSubscription = graphql(`
  subscription JobHealthUpdates($jobId: ID!) {
    jobHealthUpdates(jobId: $jobId) {
      source { ...ErrorSource }
      verdict { kind text basis }
      before { perMinute }
      since { perMinute }
      now { perMinute }
      stages { name rate { perMinute } verdict { kind text basis } }
      targets { target before { perMinute } since { perMinute } now { perMinute } verdict { kind text basis } }
      trend
      trendFrom
      messages(first: 10) { ...ErrorRow }
      dashboardUrl
    }
  }
`);

/** Whether an error log is configured. */
export const ErrorLogQuery = graphql(`
  query ErrorLog {
    errorLog { source { ...ErrorSource } }
  }
`);

export const ErrorLogUpdatesSubscription = graphql(`
  subscription ErrorLogUpdates(
    $minutes: Int!
    $text: String
    $version: String
    $target: ErrorTarget
    $onlyNew: Boolean!
    $sort: ErrorMessageSort!
  ) {
    errorLogUpdates {
      source { ...ErrorSource }
      dashboardUrl
      range(minutes: $minutes) {
        from
        to
        total { errors perMinute }
        verdict { kind text basis }
        trend
        versions { name count }
        messageCount
        newMessageCount
        otherErrors
        messages(first: 200, text: $text, version: $version, target: $target, onlyNew: $onlyNew, sort: $sort) {
          ...ErrorRow
        }
      }
    }
  }
`);

/** The number of errors for the header. */
export const ErrorTotalSubscription = graphql(`
  subscription ErrorTotal {
    errorLogUpdates {
      source { ...ErrorSource }
      range(minutes: 5) { total { errors } }
    }
  }
`);
