SELECT 'a\';b';
