"""Terrain and layers in: a DEM and polygons or cells become the parcels of an instance."""
