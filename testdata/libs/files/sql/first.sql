SELECT id FROM first WHERE id = $1
