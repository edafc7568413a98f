\i
