/**
 * Requests of Kafka's protocol that are ever sent, by their keys: the whole list. None of them changes anything or reads a message.
 * What is easily got wrong: a request for the metadata of a topic that does not exist may make it, unless it says that it must not.
 */
export const allowed: Readonly<Record<number, string>> = {
  2: 'ListOffsets',
  3: 'Metadata',
  9: 'OffsetFetch',
  10: 'FindCoordinator',
  15: 'DescribeGroups',
  16: 'ListGroups',
  17: 'SaslHandshake',
  18: 'ApiVersions',
  32: 'DescribeConfigs',
  36: 'SaslAuthenticate',
}
