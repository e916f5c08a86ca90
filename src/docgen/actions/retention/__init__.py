"""What is kept until when, locked as it goes, held when needed, destroyed with two yeses."""
