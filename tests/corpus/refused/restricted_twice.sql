\restrict k
\restrict j
