SELECT U&'d\0061t\+000061;\', u&'it''s;' UESCAPE '!';
SELECT U&'!;' UESCAPE '!', U& 'a;', U&a;
SELECT 3;
