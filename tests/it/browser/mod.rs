//! Pages in real Chromium. Without `/usr/bin/chromium` and `/usr/bin/chromedriver` these tests fail; Debian has them
//! as chromium and chromium-driver.

mod driver;
mod look;
mod walk;
