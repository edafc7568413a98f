CREATE TABLE größe (naïve int, 日本語 text, ñ$b$ int);
SELECT größe, "ключ;" FROM größe;
