//! What the process says about itself.
