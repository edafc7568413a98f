\ia.sql
