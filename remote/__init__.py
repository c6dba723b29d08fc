"""An image worker for uploads: post a file, get it back safe to show."""
