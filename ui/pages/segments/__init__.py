"""分层分群: figures, charts and segments, all leading to customers."""
