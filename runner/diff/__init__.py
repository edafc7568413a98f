"""Find and prove the SQL that makes a database equal to what the scripts build; never commit it."""
