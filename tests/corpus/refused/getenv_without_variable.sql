\getenv x
