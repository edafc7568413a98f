/* create */ CREATE /* x; */ OR -- y;
 REPLACE /* procedure */ FUNCTION f() RETURNS int /* ; begin */ BEGIN -- end;
 ATOMIC SELECT 1; END; SELECT 2;
