SELECT nameE'a\';
SELECT xe'\';
