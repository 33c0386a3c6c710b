"""Layers out: a plan as GeoPackage, GeoParquet and GeoTIFF, coloured as a GIS opens them."""
