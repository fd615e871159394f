//! Reading JSON text that is already known to be valid and without blanks, without parsing it into values.
