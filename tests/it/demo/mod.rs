//! Made-up traffic: the company of the demonstration, and the load.

mod company;
mod door;
mod load;
