\set ON_ERROR_ROLLBACK sometimes
