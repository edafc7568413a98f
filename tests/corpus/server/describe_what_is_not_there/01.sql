CREATE SCHEMA "S x";
CREATE TABLE "S x"."T;a" (id int);
CREATE TABLE t (id int);
\d "S x"."T;a";
\dS+ T
\d t|nope
\d *.*
\dt nope
\if false
\d nope
\endif
CREATE TABLE before_it ();
\d nope
CREATE TABLE after_it ();
