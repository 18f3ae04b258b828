/** What the report tells of messages: where they flow and how long they take, from end to end as well, and single ones with every attempt. */

/** Messages of one destination and subscription at one consumer. */
export interface MessageFlow {
  /** `system://host/name` as the producer names it. */
  destination: string
  /** Group, subscription or queue; the consumer where nobody says. */
  subscription: string
  consumer: string
  producers: string[]
  deliveries: number
  messages: number
  errors: number
  redelivered: number
  /** From publish to consumer, each by its own clock; 0 when no publish was seen. */
  p50DelayMs: number
  p95DelayMs: number
  p99DelayMs: number
  /** The clocks of the two sides differ by at least so much: delays are wrong by that. 0 when nothing shows it. */
  clocksApartMs: number
  p50Ms: number
  p95Ms: number
  batchP95: number
  /** Over time, oldest first; empty where nobody knows. `waiting` is the broker's where it was asked. */
  lag: { atMs: number; delayMs: number; waiting: number }[]
}

/** A way that messages take which cause one another. */
export interface MessageWay {
  /** Service, destination, service … from the first producer to the last consumer. */
  path: string[]
  flows: number
  failed: number
  /** From the start of the first publish to the end of the last processing. */
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Up to ten traces of last consumers, slowest first. */
  traceIds: string[]
}

/** One processing of one message. */
export interface MessageRun {
  messageId: string
  /** From the first publish; from the first run where that was not seen. */
  startMs: number
  durationMs: number
  failed: boolean
  instance: string
  traceId: string
  spanId: string
}

/** One message with every attempt, or two that overtook each other: what a finding is about, as it happened. */
export interface MessageTimeline {
  /** Fingerprint of the finding. */
  finding: string
  /** Publishes that were seen, from the first. */
  publishedMs: number[]
  runs: MessageRun[]
}

export interface MessagingReport {
  flows: MessageFlow[]
  ways: MessageWay[]
  timelines: MessageTimeline[]
}
