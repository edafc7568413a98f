SELECT N'a;\', b'1;0', B'01', x'1;F', X'ff;';
SELECT n'';
