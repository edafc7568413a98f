SELECT 1 \g \\ SELECT 2 \g \echo x \\ SELECT 3;
