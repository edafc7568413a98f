COPY t FROM stdin;
﻿a
\.
SELECT 1;
