"""The application: everything that talks to people, clocks, disks and networks."""
