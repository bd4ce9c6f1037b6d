"""Shanghai's demonstration: from registrations to refunded dues (S25) and a subsidy for members (S26)."""
