"""Tables, pictures and the result folder."""
