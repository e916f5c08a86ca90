"""The office's rooms: entry, one's account, the audit space, retention. See `office.app`."""
