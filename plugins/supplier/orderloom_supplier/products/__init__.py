"""What a supplier sells to whom: availability, prices, packs, least quantities."""
