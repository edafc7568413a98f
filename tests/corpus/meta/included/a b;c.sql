SELECT 'blank in name';
