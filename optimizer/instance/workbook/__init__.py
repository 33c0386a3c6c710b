"""An instance as one Excel workbook: a sheet a table, the settings on the first one."""
