\set ON_ERROR_STOP maybe
