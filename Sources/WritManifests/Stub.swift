// WritManifests
