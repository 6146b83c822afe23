SELECT id FROM third
