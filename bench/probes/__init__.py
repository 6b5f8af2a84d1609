"""What can only be measured inside a process of the site? Each probe is a process with its own database."""
