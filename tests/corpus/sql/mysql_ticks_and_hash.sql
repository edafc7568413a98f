SELECT `a;
SELECT b`;
# not a comment; SELECT 1;
