"""Technical code that every service needs; no word of the business."""
