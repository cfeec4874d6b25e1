//! Topmast's web server: accounts, API, streams, dashboard.
