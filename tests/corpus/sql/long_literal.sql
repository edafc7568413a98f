SELECT 'x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''x;y''';
SELECT $$;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

;

$$;
