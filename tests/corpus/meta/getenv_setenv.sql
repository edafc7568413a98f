\getenv c CORPUS
SELECT :'c';
\getenv n CORPUS_NOT_SET
SELECT :{?n};
\setenv CORPUS_NEW 'a;b'
\getenv n CORPUS_NEW
SELECT :'n';
\setenv CORPUS_NEW
\getenv m CORPUS_NEW
SELECT :{?m};
