"""What a tracker must know of a media file: its facts, a digest, a proxy, stills; no models."""
