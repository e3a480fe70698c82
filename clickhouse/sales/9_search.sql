-- Made from the declaration of Sale. Do not edit: change the declaration and run `npm run codegen`.
-- Which events hold which words: full text search reads only those that can match. Capitals make no difference.
ALTER TABLE lakegate.sales ADD INDEX IF NOT EXISTS search_productName lowerUTF8(`productName`) TYPE text(tokenizer = splitByNonAlpha);
ALTER TABLE lakegate.sales MATERIALIZE INDEX search_productName;
