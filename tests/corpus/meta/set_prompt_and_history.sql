\set PROMPT1 '%[%033[1m%]%M %n@%/%R%[%033[0m%]%# '
\set HISTFILE ~/.psql_history-:DBNAME
\set COMP_KEYWORD_CASE upper
\set HISTCONTROL ignoredups
SELECT :'HISTFILE';
