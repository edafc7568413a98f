SELECT 'innermost', :{?x};
\set x deep
