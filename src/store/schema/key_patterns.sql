-- Which pattern the template of a key belongs to, where the two differ.
CREATE TABLE IF NOT EXISTS key_patterns
(
    Template String COMMENT 'As in touches',
    Pattern String COMMENT 'Templates with words that vary are one pattern: page:{…}:body'
)
ENGINE = MergeTree
ORDER BY Template
