-- Made from the declaration of LogLine. Do not edit: change the declaration and run `npm run codegen`.
-- Which events hold which words: full text search reads only those that can match. Capitals make no difference.
ALTER TABLE lakegate.logLines ADD INDEX IF NOT EXISTS search_message lowerUTF8(`message`) TYPE text(tokenizer = splitByNonAlpha);
ALTER TABLE lakegate.logLines MATERIALIZE INDEX search_message;
