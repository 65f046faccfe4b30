"""Pages without an account: what was published, and the way in for whoever reports. They open no case."""
