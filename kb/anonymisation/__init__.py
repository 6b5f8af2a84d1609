"""What would give someone away? What uploaded files carry besides what they show. Pure: no models, no Django."""
