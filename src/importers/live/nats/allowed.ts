/**
 * Subjects that requests to JetStream are published to, as a server's permissions spell them: the whole list.
 * What is easily got wrong: a star is one word, here the name of a stream.
 */
export const allowed = ['$JS.API.INFO', '$JS.API.STREAM.LIST', '$JS.API.CONSUMER.LIST.*'] as const
