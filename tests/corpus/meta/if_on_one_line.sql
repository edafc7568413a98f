\if true \\ SELECT 1; \else \\ SELECT 2; \endif \\ SELECT 3;
\if false \\ SELECT 4; \else \\ SELECT 5; \endif \\ SELECT 6;
