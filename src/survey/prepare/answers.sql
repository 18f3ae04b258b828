-- Requests that were open from a publish to the reply. The reply is caused by the question, and comes by a temporary destination or with the same
-- conversation id; where the answering side is dark, the conversation id alone joins them. Both times are by the asker's own clock.
SELECT
    question.TraceId AS TraceId,
    argMax(server.SpanId, (server.StartNs, server.SpanId)) AS ServerSpanId,
    question.SpanId AS PublishSpanId,
    question.Service AS Service,
    argMax(server.Operation, (server.StartNs, server.SpanId)) AS Operation,
    min(question.Destination) AS Destination,
    min(question.ReplyTo) AS ReplyTo,
    min(question.Answerer) AS Answerer,
    max(question.Temporary) AS Temporary,
    min(question.AnsweredNs) - min(question.AskedNs) AS WaitedNs,
    argMax(server.DurationNs, (server.StartNs, server.SpanId)) AS RequestNs
FROM
(
    SELECT asked.ProducerTraceId AS TraceId, asked.ProducerSpanId AS SpanId, asked.Producer AS Service, asked.Destination AS Destination, reply.Destination AS ReplyTo,
        asked.Consumer AS Answerer, reply.Temporary AS Temporary, asked.PublishedNs AS AskedNs, reply.ConsumedNs AS AnsweredNs
    FROM
    (
        SELECT CauseKey, Destination, Temporary, ConversationId, Consumer, ConsumerInstance, ConsumedNs FROM deliveries
        WHERE CauseKey != 0 AND Via != '' AND (Temporary = 1 OR ConversationId != '')
    ) AS reply
    INNER JOIN
    (
        SELECT ProducerTraceId, ProducerSpanId, Producer, ProducerInstance, Destination, ConversationId, PublishedNs, Consumer, ConsumerKey FROM deliveries
        WHERE Via != '' AND ConsumerKey IN (SELECT CauseKey FROM deliveries WHERE CauseKey != 0 AND Via != '' AND (Temporary = 1 OR ConversationId != ''))
    ) AS asked ON reply.CauseKey = asked.ConsumerKey
    WHERE asked.Producer = reply.Consumer AND asked.ProducerInstance = reply.ConsumerInstance AND asked.Destination != reply.Destination
        AND (reply.Temporary = 1 OR reply.ConversationId = asked.ConversationId)
    UNION ALL
    SELECT asked.ProducerTraceId AS TraceId, asked.ProducerSpanId AS SpanId, asked.Producer AS Service, asked.Destination AS Destination, reply.Destination AS ReplyTo,
        '' AS Answerer, reply.Temporary AS Temporary, asked.PublishedNs AS AskedNs, reply.ConsumedNs AS AnsweredNs
    FROM
    (
        SELECT Destination, Temporary, ConversationId, Consumer, ConsumerInstance, ConsumedNs FROM deliveries
        WHERE Via = '' AND Step != 'publish' AND ConversationId != ''
    ) AS reply
    INNER JOIN
    (
        SELECT ProducerTraceId, ProducerSpanId, Producer, ProducerInstance, Destination, ConversationId, PublishedNs FROM deliveries
        WHERE Step = 'publish' AND ConversationId != ''
    ) AS asked ON reply.ConversationId = asked.ConversationId AND reply.Consumer = asked.Producer AND reply.ConsumerInstance = asked.ProducerInstance
    WHERE asked.Destination != reply.Destination
) AS question
INNER JOIN
(
    SELECT TraceId, SpanId, Service, Operation, StartNs, EndNs, DurationNs FROM spans
    WHERE Role = 'server' AND TraceId IN (SELECT ProducerTraceId FROM deliveries WHERE Temporary = 1 OR ConversationId != '')
) AS server ON question.TraceId = server.TraceId AND question.Service = server.Service
WHERE server.StartNs <= question.AskedNs AND server.EndNs >= question.AnsweredNs AND question.AnsweredNs >= question.AskedNs
GROUP BY question.TraceId, question.SpanId, question.Service
