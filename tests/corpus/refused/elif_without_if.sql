SELECT 1; \elif true
