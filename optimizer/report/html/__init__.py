"""`report.html`: a result as one page that needs no network, in English or Chinese."""
