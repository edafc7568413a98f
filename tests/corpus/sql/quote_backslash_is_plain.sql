SELECT 'C:\dir\';
SELECT '\';
SELECT ';\';
