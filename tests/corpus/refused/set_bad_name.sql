\set bad-name 1
