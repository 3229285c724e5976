"""What is read is a value or one sentence, however the file is damaged: a test for each reader."""
