SELECT :'given', :number, :{?given}, :{?absent};
\set given changed
SELECT :'given';
\unset number
SELECT :number;
