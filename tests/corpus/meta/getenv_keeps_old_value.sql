\set x old
\getenv x CORPUS_NOT_SET
SELECT :'x';
\getenv x CORPUS
SELECT :'x';
\getenv x CORPUS extra \\ SELECT 2;
