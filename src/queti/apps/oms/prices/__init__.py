"""What an open order costs: lists, promotions, bundles, coupons, and who bears what is taken off."""
